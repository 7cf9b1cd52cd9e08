"""`./console` finds a Python by running candidates, whatever lies on the path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reseller_console.launcher.home import CHECKOUT
from tests.each import each

FAILS = "echo 'shim: no version is chosen' >&2; exit 127"
TOO_OLD = "echo 'Python 3.11.2'; exit 102"
WITHOUT_PIP = "echo 3.12; exit 103"
GOOD = f'FOUND=$0 exec "{sys.executable}" "$@"'
UNSAFE = f'case "$*" in *interpreter.py*) exit 1;; esac; {GOOD}'
SAFE = f'case "$*" in *interpreter.py*) exit 0;; esac; {GOOD}'
# Some Pythons find their own library by this.
LIBRARIES = {k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"}
TOOLS = ("sh", "dirname", "readlink", "uname")


class Machine:
    """A machine with nothing on it but what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders: list[Path] = []
        package = root / "checkout" / "reseller_console" / "launcher"
        package.mkdir(parents=True)
        (package / "__main__.py").write_text(
            "import os, sys\nsys.stdout.write(os.environ['FOUND'] + ' ' + ' '.join(sys.argv[1:]))\n"
        )
        text = (CHECKOUT / "console").read_text()
        # The places every machine has in common move into the machine of the test.
        for place in ("/usr/local/", "/opt/", "/etc/"):
            text = text.replace(f" {place}", f" {root}{place}")
        self.console = root / "checkout" / "console"
        self.console.write_text(text)
        self.console.chmod(0o755)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found
            self.folder("tools").joinpath(tool).symlink_to(found)

    def folder(self, name: str) -> Path:
        """Return a folder on the path."""
        folder = self.root / name
        if folder not in self.folders:
            folder.mkdir(parents=True)
            self.folders.append(folder)
        return folder

    def run(
        self, *arguments: str, folder: Path = Path("/"), **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command on this machine."""
        path = os.pathsep.join(str(folder) for folder in self.folders)
        return subprocess.run(
            [str(self.console), *arguments],
            cwd=folder,
            env={"PATH": path, "HOME": str(self.root / "people")} | LIBRARIES | environ,
            capture_output=True,
            text=True,
            check=False,
        )


def program(path: Path, script: str) -> None:
    """Put a program on the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_shims_that_exist_and_fail_are_passed_over(machine: Machine) -> None:
    program(machine.folder("shims") / "python3", FAILS)
    program(machine.folder("shims") / "python3.12", FAILS)
    program(machine.folder("old") / "python3", TOO_OLD)
    program(machine.folder("new") / "python3.12", GOOD)
    done = machine.run("up", "--port", "8123")
    assert done.stdout == f"{machine.root}/new/python3.12 up --port 8123"


def test_a_good_one_behind_a_failing_one_of_the_same_name_is_found(machine: Machine) -> None:
    program(machine.folder("shims") / "python3", FAILS)
    program(machine.folder("new") / "python3", GOOD)
    assert machine.run("check").stdout == f"{machine.root}/new/python3 check"


@pytest.mark.parametrize(
    "place",
    [
        "people/.pyenv/versions/3.13.0/bin/python3",
        "people/.local/share/uv/python/cpython-3.13/bin/python3",
        "opt/python3.13/bin/python3",
        "usr/local/bin/python3.13",
    ],
)
def test_it_looks_where_versions_are_kept_too(machine: Machine, place: str) -> None:
    program(machine.folder("shims") / "python3", FAILS)
    program(machine.root / place, GOOD)
    assert machine.run("check").stdout == f"{machine.root}/{place} check"


def test_the_environment_of_an_earlier_run_comes_first(machine: Machine) -> None:
    program(machine.folder("new") / "python3", GOOD)
    program(machine.root / "checkout/.venv/bin/python", GOOD)
    assert "/checkout/.venv/bin/python" in machine.run("check").stdout


def test_an_environment_whose_python_is_gone_is_not_used(machine: Machine) -> None:
    program(machine.folder("new") / "python3", GOOD)
    program(machine.root / "checkout/.venv/bin/python", FAILS)
    assert "/new/python3" in machine.run("check").stdout


def test_nothing_found_says_what_was_tried_and_what_to_install(machine: Machine) -> None:
    program(machine.folder("old") / "python3", TOO_OLD)
    done = machine.run("up")
    assert done.returncode == 1
    assert "Python 3.12 or newer is needed" in done.stderr
    assert f"{machine.root}/old/python3: Python 3.11.2" in done.stderr


@each(
    ("release", "advice"),
    [
        (
            "ID=debian\nVERSION_ID=12\nPRETTY_NAME='Debian 12'",
            "Debian 12 has no Python that is new",
        ),
        ("ID=debian\nVERSION_ID='13'", "apt-get install python3 python3-venv"),
        ("ID=debian", "apt-get install python3 python3-venv"),
        (
            "ID=ubuntu\nVERSION_ID='22.04'\nID_LIKE=debian",
            "ubuntu has no Python that is new",
        ),
        ("ID=ubuntu\nVERSION_ID='24.04'\nID_LIKE=debian", "apt-get install python3 python3-venv"),
        ("ID=ubuntu\nVERSION_ID='26.04'\nID_LIKE=debian", "apt-get install python3 python3-venv"),
        ("ID=fedora\nVERSION_ID=43", "dnf install python3\n"),
        ("ID=rhel\nVERSION_ID='9.6'\nID_LIKE=fedora", "dnf install python3.12\n"),
        ("ID=rhel\nVERSION_ID='10.1'\nID_LIKE='centos fedora'", "dnf install python3\n"),
        ("ID=rocky\nVERSION_ID='9.4'\nID_LIKE='rhel centos fedora'", "dnf install python3.12\n"),
        ("ID=almalinux\nVERSION_ID='10.0'\nID_LIKE='rhel centos fedora'", "dnf install python3\n"),
        ("ID=centos\nVERSION_ID='9'\nID_LIKE='rhel fedora'", "dnf install python3.12\n"),
        ("ID=linuxmint\nVERSION_ID='21'\nID_LIKE='ubuntu debian'", ""),
        ("ID=arch", ""),
        (None, ""),
    ],
)
def test_the_advice_is_one_that_works_on_this_system(
    machine: Machine, release: str | None, advice: str
) -> None:
    file = machine.root / "etc" / "os-release"
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    if release is not None:
        file.write_text(release + "\n")
    said = machine.run("up").stderr
    assert advice in said
    assert said.count("Install it:") + said.count("has no Python") == bool(advice)
    assert "uv python install 3.13" in said


def test_a_mac_is_told_of_homebrew(machine: Machine) -> None:
    machine.folders.insert(0, machine.root / "mac")
    program(machine.root / "mac" / "uname", "echo Darwin")
    assert "brew install python@3.13" in machine.run("up").stderr


def test_a_python_that_cannot_make_environments_names_the_missing_package(
    machine: Machine,
) -> None:
    program(machine.folder("bin") / "python3", WITHOUT_PIP)
    done = machine.run("up")
    assert done.returncode == 1
    assert "apt-get install python3.12-venv" in done.stderr


def test_a_complete_python_is_preferred_to_one_without_ensurepip(machine: Machine) -> None:
    program(machine.folder("bin") / "python3", WITHOUT_PIP)
    program(machine.folder("bin") / "python3.13", GOOD)
    assert "/bin/python3.13" in machine.run("check").stdout


def test_a_python_that_writes_safe_emails_is_preferred_wherever_it_lies(machine: Machine) -> None:
    program(machine.folder("bin") / "python3", UNSAFE)
    assert machine.run("up").stdout == f"{machine.root}/bin/python3 up"
    program(machine.root / "people/.pyenv/versions/3.13.12/bin/python3", SAFE)
    assert "/3.13.12/bin/python3 up" in machine.run("up").stdout


def test_a_named_python_is_used_whatever_else_there_is(machine: Machine) -> None:
    program(machine.folder("bin") / "python3", GOOD)
    program(machine.root / "mine", f"echo 'a word of warning' >&2; {GOOD}")
    done = machine.run("up", CONSOLE_PYTHON=str(machine.root / "mine"))
    assert done.stdout == f"{machine.root}/mine up"
    assert "a word of warning" in done.stderr
    assert machine.run("up", CONSOLE_PYTHON="python3").stdout == f"{machine.root}/bin/python3 up"


BROKEN = "echo 'libpython3.13.so: no such file' >&2; exit 127"
TRACEBACK = """echo 'Traceback (most recent call last):
ModuleNotFoundError: No module named _ssl' >&2; exit 1"""


@each(
    ("script", "told", "said"),
    [
        (None, ": there is no such file.", ""),
        ("a link", ": there is no such file.", ""),
        ("a folder", " is a directory; name the program in it", ""),
        ("a text", " is not executable.", ""),
        (TOO_OLD, " is Python 3.11.2; 3.12 or newer is needed.", ""),
        (WITHOUT_PIP, " (Python 3.12) cannot make a virtual", "apt-get install python3.12-venv"),
        (BROKEN, " does not run as a Python (exit code 127).", "libpython3.13.so: no such file"),
        (TRACEBACK, " does not run as a Python (exit code 1).", "No module named _ssl"),
        ("echo 'out of luck'; kill -SEGV $$", " crashes (signal 11).", "out of luck"),
        ("exit 0", " does not run as a Python (exit code 0).", ""),
        ("echo I am no Python; exit 2", "does not run as a Python (exit code 2).", "I am no"),
    ],
)
def test_of_a_broken_named_python_is_said_what_is_wrong_and_what_it_said(
    machine: Machine, script: str | None, told: str, said: str
) -> None:
    program(machine.folder("bin") / "python3", GOOD)
    named = machine.root / "a place" / "mine"
    shutil.rmtree(named.parent, ignore_errors=True)
    if script == "a link":
        named.parent.mkdir()
        named.symlink_to("/nonexistent/python3")
    elif script == "a folder":
        named.mkdir(parents=True)
    elif script is not None:
        program(named, script)
    if script == "a text":
        named.chmod(0o644)
    done = machine.run("up", CONSOLE_PYTHON=str(named))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("console: CONSOLE_PYTHON=")
    assert told in done.stderr
    assert said in done.stderr
    assert ("It said:" in done.stderr) == bool(said and "venv" not in said)


def test_a_named_python_that_is_not_on_the_path_is_called_that(machine: Machine) -> None:
    said = machine.run("up", CONSOLE_PYTHON="python3.99").stderr
    assert said == "console: CONSOLE_PYTHON=python3.99: there is no such program on the PATH.\n"


def test_of_a_python_that_lacks_a_part_the_part_is_named(machine: Machine) -> None:
    program(machine.folder("bin") / "python3", TRACEBACK)
    assert "/bin/python3: ModuleNotFoundError: No module named _ssl" in machine.run("up").stderr


def test_it_works_through_a_link_and_from_a_path_with_blanks(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "a place")
    program(machine.folder("bin") / "python3", GOOD)
    link = tmp_path / "c"
    link.symlink_to(machine.console)
    machine.console = link
    assert machine.run("check", "a b").stdout == f"{machine.root}/bin/python3 check a b"


def test_the_checkout_of_the_command_is_meant_not_the_one_around(machine: Machine) -> None:
    program(machine.folder("bin") / "python3", GOOD)
    assert machine.run("version", folder=CHECKOUT).stdout.endswith("/bin/python3 version")
