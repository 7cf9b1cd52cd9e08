"""The command line of `./console`."""

import argparse
import sys

from reseller_console.launcher.output import LauncherError, warn

SUMMARY = """\
  up [--port N] [--fresh]   start everything and say where it is
     [--demo]               load the demo data into the empty database of DATABASE_URL
  test [pytest arguments]   the whole suite on servers of its own; --core: a few minutes of it
  check                     format, lint, types, layers, templates, deployment, migrations, messages
  manage …                  Django's commands on the servers of `up`
  backup FILE               save the database; restore FILE [--replace] brings it back
  messages [--check]        find what is to be translated, compile what is
  servers                   the servers of the suite alone, until standard input ends
  bench …                   the benchmarks on servers of their own
"""


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    try:
        return _run(name, rest)
    except LauncherError as error:
        warn(f"console: {error}")
        return 1
    except PermissionError as error:
        warn(f"console: {error}; was it made by another user?")
        return 1


def _run(name: str, rest: list[str]) -> int:
    # Each command brings its own imports, so that `up` is not slowed down by the others.
    if name == "up":
        from reseller_console.launcher.up import up

        return up(_up_options(rest))
    if name == "manage":
        from reseller_console.launcher.manage import manage

        return manage(rest)
    if name in {"backup", "restore"}:
        from reseller_console.launcher.manage import manage

        return manage([name, *rest])
    if name in {"test", "bench", "servers"}:
        from reseller_console.launcher import suites

        if name == "servers":
            return suites.servers()
        return suites.test(rest) if name == "test" else suites.bench(rest)
    if name == "messages":
        from reseller_console.launcher.messages import messages

        return messages(rest)
    if name == "check":
        from reseller_console.launcher.check import check

        return check(rest)
    print(f"usage: ./console COMMAND\n\n{SUMMARY}", end="")
    if name in {"help", "-h", "--help"}:
        return 0
    print(f"\nconsole: there is no command {name!r}", file=sys.stderr)
    return 2


def _up_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./console up")
    parser.add_argument("--port", type=_port, help="use this port or none (default: 8000)")
    parser.add_argument("--fresh", action="store_true", help="delete the data and begin anew")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="load the demo data into the database of DATABASE_URL, which has to be empty"
        " (a database of our own gets it anyway)",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number
