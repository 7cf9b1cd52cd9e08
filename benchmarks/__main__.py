"""Run the benchmarks: `./console bench [--only B1,B2] [--customers N] [--samples N]`."""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings

from benchmarks.bars import NAMES
from benchmarks.scratch import scratch_database

# The seed's dates are relative to this day, so that each run is like the one before.
TODAY = "2026-03-02"


def main(arguments: list[str]) -> int:
    """Seed a database, measure the bars, print the table; return 1 when one is not met."""
    options = _options(arguments)
    os.environ["CONSOLE_TODAY"] = TODAY
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reseller_console.settings")
    # Noise in the table; what goes wrong is still logged.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    warnings.filterwarnings("ignore", message="No directory at", module="django")
    with scratch_database(os.environ, keep=options.keep) as new:
        import django

        django.setup()
        # These need Django's models, and those the database above.
        from benchmarks.runner import prepare, run_bars

        if new:
            prepare(options.customers, _say)
        return run_bars(options.only, samples=options.samples, say=_say)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./console bench", description=__doc__)
    parser.add_argument(
        "--only",
        type=_names,
        default=[],
        metavar="B1,B2",
        help="these bars (default: all)",
    )
    parser.add_argument(
        "--customers", type=_at_least(1_000), default=100_000, help="in the largest tenant"
    )
    parser.add_argument(
        "--samples", type=_at_least(4), default=60, help="runs of each side of a ratio"
    )
    parser.add_argument(
        "--keep", default="", metavar="NAME", help="keep the database, and use it again next time"
    )
    return parser.parse_args(arguments)


def _names(text: str) -> list[str]:
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in NAMES]:
        raise argparse.ArgumentTypeError(f"no bar is called {', '.join(unknown)}")
    return names


def _at_least(least: int):
    def number(text: str) -> int:
        value = int(text.replace("_", "").replace(",", ""))
        if value < least:
            raise argparse.ArgumentTypeError(f"at least {least}")
        return value

    return number


_STARTED = time.monotonic()


def _say(line: str) -> None:
    print(f"[{time.monotonic() - _STARTED:4.0f} s] {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
