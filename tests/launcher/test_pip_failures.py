"""What pip says when it cannot install, in its own words, and what the person is told."""

import sys
from pathlib import Path

import pytest

from reseller_console.launcher import environment
from reseller_console.launcher.output import LauncherError
from reseller_console.launcher.pip_failures import error_from, meaning_of
from tests.each import each

SAMPLES = (Path(__file__).parent / "pip_failures.txt").read_text().split("\n> ")[1:]


@each(("told", "said"), [sample.split("\n", 1) for sample in SAMPLES])
def test_each_way_to_fail_has_a_sentence_with_what_to_do(told: str, said: str) -> None:
    assert told in str(meaning_of(said))


def test_what_is_not_known_is_shown_as_pip_said_it(tmp_path: Path) -> None:
    log = tmp_path / "console-pip.log"
    log.write_text("ERROR: Could not install packages due to an OSError: [Errno 13] denied\n")
    said = str(error_from(log, ["  [Errno 13] Permission denied"]))
    assert "could not install the packages:\n  [Errno 13] Permission denied\npip's full" in said


def test_a_real_pip_that_reaches_no_index_ends_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"no-such-package==1 \\\n    --hash=sha256:{'0' * 64}\n")
    log = tmp_path / "console-pip.log"
    log.write_text("what it said the last time\n")
    settings = {"CONFIG_FILE": "/dev/null", "INDEX_URL": "http://127.0.0.1:9/simple/"}
    for name, value in (settings | {"RETRIES": "0", "FIND_LINKS": ""}).items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(LauncherError) as failed:
        environment._pip_install(tmp_path, [lock])
    sentence, where = str(failed.value).splitlines()
    assert sentence.startswith("The package index 127.0.0.1 cannot be used: it cannot be reached")
    assert where == f"pip's full output is in {log}"
    assert "the last time" not in log.read_text()
