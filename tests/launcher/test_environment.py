"""The virtual environment is brought up to date when a lock changes, and only then."""

import sys
from pathlib import Path

import pytest

from reseller_console.launcher import environment
from reseller_console.launcher.output import LauncherError


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A checkout with two locks; the list shows what pip was asked for."""
    calls: list[list[str]] = []
    (tmp_path / "requirements.lock").write_text("django==6.1 \\\n    --hash=sha256:00\n")
    (tmp_path / "requirements-dev.lock").write_text("pytest==9.0 \\\n    --hash=sha256:00\n")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(
        environment, "_pip_install", lambda venv, locks: calls.append([p.name for p in locks])
    )
    monkeypatch.setattr(environment, "_version_of", lambda venv: "3.13.0")
    return calls


def test_a_lock_is_installed_once(installed: list[list[str]], tmp_path: Path) -> None:
    for _ in range(2):
        environment.ensure_environment(["requirements.lock"], tmp_path)
    assert installed == [["requirements.lock"]]


def test_only_the_lock_that_changed_is_installed_again(
    installed: list[list[str]], tmp_path: Path
) -> None:
    both = ["requirements.lock", "requirements-dev.lock"]
    environment.ensure_environment(both, tmp_path)
    (tmp_path / "requirements-dev.lock").write_text("pytest==9.1 \\\n    --hash=sha256:00\n")
    environment.ensure_environment(both, tmp_path)
    assert installed == [both, ["requirements-dev.lock"]]


def test_another_python_gets_everything_again(
    installed: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.ensure_environment(["requirements.lock"], tmp_path)
    monkeypatch.setattr(environment, "_version_of", lambda venv: "3.14.0")
    environment.ensure_environment(["requirements.lock"], tmp_path)
    assert len(installed) == 2


def test_an_install_that_failed_is_tried_again(
    installed: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(venv: Path, locks: list[Path]) -> None:
        raise LauncherError("no network")

    with monkeypatch.context() as broken:
        broken.setattr(environment, "_pip_install", fail)
        with pytest.raises(LauncherError):
            environment.ensure_environment(["requirements.lock"], tmp_path)
    environment.ensure_environment(["requirements.lock"], tmp_path)
    assert installed == [["requirements.lock"]]


def test_an_environment_that_does_not_run_counts_as_none(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    assert environment._version_of(tmp_path / ".venv") is None
    python.symlink_to("/nonexistent/python3")
    assert environment._version_of(tmp_path / ".venv") is None
    assert environment._version_of(Path(sys.prefix)) is not None


def test_the_packages_in_a_lock_are_counted() -> None:
    lock = environment.CHECKOUT / environment.RUN
    names = [line.partition("==")[0] for line in environment._requirements(lock)]
    assert "django" in names
    assert "--hash" not in "".join(names)
