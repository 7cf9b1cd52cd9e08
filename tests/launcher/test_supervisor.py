"""The supervisor's judgment: when to start again, what to show, what to wait for."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reseller_console.launcher import stopping, supervisor
from reseller_console.launcher.output import LauncherError, Occupied
from reseller_console.launcher.processes import wait_until
from reseller_console.launcher.service import Service, stop_together
from reseller_console.launcher.stopping import Stopped, StopSignals
from reseller_console.launcher.supervisor import LogWatch, Restarts, Supervisor


@pytest.fixture
def signals() -> Iterator[StopSignals]:
    """Signals as the launcher takes them, and afterwards as pytest does."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
    before = {number: signal.getsignal(number) for number in numbers}
    yield StopSignals()
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Services that run a line of Python, and are gone after the test."""
    made: list[Service] = []

    def build(script: str, name: str = "web", **more: object) -> Service:
        command = [sys.executable, "-c", script]
        made.append(Service(name, command, tmp_path / f"{name}.log", **more))
        return made[-1]

    yield build
    for service in made:
        service.kill()


def full_disk() -> None:
    """Fail, as the preparations of a server do where nothing can be written."""
    raise LauncherError("no space left")


def test_one_that_ran_well_is_started_again_at_once_and_one_that_did_not_is_not() -> None:
    note = Restarts(started_at=0)
    assert note.ended(now=60) == 0
    delays = []
    for _ in range(10):
        note.started_at = 100
        delays.append(note.ended(now=101))
    assert delays[:5] == [0, 0.5, 1, 2, 4]
    assert delays[-1] == supervisor.LONGEST_DELAY
    assert note.ended(now=200) == 0


def test_what_ends_is_started_again_and_said(
    signals: StopSignals, make: Callable[..., Service], capsys: pytest.CaptureFixture[str]
) -> None:
    service = make("import sys; sys.exit('no such table')")
    watched = Supervisor(signals)
    watched.start(service)
    first = service.process
    assert wait_until(lambda: not service.is_running(), 5)
    watched._look_after()
    assert service.process is not first
    said = capsys.readouterr().err
    assert "web ended (exit code 1); starting it again now" in said
    assert "no such table" in said


def test_one_that_cannot_even_be_started_is_tried_again_later(
    signals: StopSignals, make: Callable[..., Service], capsys: pytest.CaptureFixture[str]
) -> None:
    service = make("")
    watched = Supervisor(signals)
    watched.start(service)
    service.prepare = full_disk
    assert wait_until(lambda: not service.is_running(), 5)
    watched._look_after()
    assert "web cannot be started: no space left; trying again" in capsys.readouterr().err


@pytest.mark.parametrize("fails", ["the program", "before it"])
def test_what_is_needed_is_tried_several_times_and_then_given_up(
    signals: StopSignals, make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_DELAY", 0.001)
    server = make("import sys; sys.exit('port is taken')", "postgres", needed=True)
    other = make("import sys; sys.exit(1)")
    watched = Supervisor(signals)
    watched.start(server)
    watched.start(other)
    if fails == "before it":
        server.prepare = full_disk
    starts = 0

    def fail_on() -> None:
        nonlocal starts
        while starts < 100:
            assert wait_until(lambda: not server.is_running() and not other.is_running(), 5)
            time.sleep(0.1)
            watched._look_after()
            starts += 1

    why = "port is taken" if fails == "the program" else "no space left"
    with pytest.raises(LauncherError, match=f"postgres could not be started 7 times(?s:.*){why}"):
        fail_on()
    assert starts < 20


def test_what_somebody_asked_to_stop_ends_and_is_started_again(
    signals: StopSignals, make: Callable[..., Service], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = False
    server = make(
        "import signal, time; signal.signal(2, lambda *_: exit(0)); print(flush=True);"
        " time.sleep(60)",
        "postgres",
        stop_signal=signal.SIGINT,
        stopping=lambda _pid: asked,
    )
    watched = Supervisor(signals)
    watched.start(server)
    first = server.process
    assert wait_until(lambda: bool(server.log.read_bytes()), 30)
    watched._look_after()
    assert capsys.readouterr().err == ""
    asked = True
    watched._look_after()
    watched._look_after()
    assert wait_until(lambda: not server.is_running(), 30)
    asked = False
    watched._look_after()
    assert server.process is not first
    said = capsys.readouterr().err
    assert said.count("postgres was asked to stop") == 1
    assert "postgres ended (exit code 0); starting it again now" in said


def test_what_was_asked_to_stop_and_does_not_is_killed_after_its_grace(
    signals: StopSignals, make: Callable[..., Service]
) -> None:
    server = make(
        "import signal, time; signal.signal(15, 1); print(flush=True); time.sleep(60)",
        stopping=lambda _pid: True,
        grace=0.2,
    )
    watched = Supervisor(signals)
    watched.start(server)
    process = server.process
    assert process is not None
    assert wait_until(lambda: bool(server.log.read_bytes()), 30)
    assert wait_until(lambda: bool(watched._look_after()) and server.process is not process, 30)
    assert process.returncode == -signal.SIGKILL


def test_beside_a_server_of_somebody_else_none_is_started_until_that_one_ends(
    signals: StopSignals,
    make: Callable[..., Service],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "OCCUPIED_DELAY", 0)
    server = make("", "postgres", needed=True)
    watched = Supervisor(signals)
    watched.start(server)
    occupied = True

    def prepare() -> None:
        if occupied:
            raise Occupied(7, Path("/data"))

    server.prepare = prepare
    first = server.process
    assert wait_until(lambda: not server.is_running(), 5)
    for _ in range(supervisor.GIVE_UP_AFTER + 3):
        watched._look_after()
    assert server.process is first
    assert capsys.readouterr().err.count("another server (pid 7) works in /data") == 1
    occupied = False
    watched._look_after()
    assert server.process is not first


def test_a_line_of_trouble_in_a_log_reaches_the_terminal_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "web.log"
    log.write_text("level=error old\n")
    watch = LogWatch.from_now("web", log)
    with log.open("a") as file:
        file.write('level=info event="no error here"\nlevel=error event=broken\n[ERROR] half')
    watch.show_trouble()
    watch.show_trouble()
    assert capsys.readouterr().err == "web: level=error event=broken\n"
    log.write_text("x: ERROR/MainProcess] after the file was turned over\n")
    watch.show_trouble()
    assert "turned over" in capsys.readouterr().err


def test_higher_ranks_are_stopped_before_lower_ones(
    signals: StopSignals, make: Callable[..., Service], tmp_path: Path
) -> None:
    order = tmp_path / "order.txt"
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(0.2); open({file!r}, 'a').write({name!r}); sys.exit()\n"
        "signal.signal(15, end); print(flush=True); signal.pause()\n"
    )
    watched = Supervisor(signals, quiet=True)
    for name, rank in (("servers", 0), ("worker", 1), ("web", 2)):
        service = make(script.format(file=str(order), name=f"{name} "), name, rank=rank)
        watched.start(service)
        assert wait_until(lambda s=service: bool(s.log.read_bytes()), 5)
    watched.stop()
    assert order.read_text() == "web worker servers "


def test_one_that_does_not_stop_is_killed_after_its_grace(make: Callable[..., Service]) -> None:
    script = "import signal, time; signal.signal(15, 1); print(flush=True); time.sleep(60)"
    service = make(script, grace=0.3)
    service.start()
    assert wait_until(lambda: bool(service.log.read_bytes()), 5)
    process, begun = service.process, time.monotonic()
    stop_together([service])
    assert process is not None
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - begun < 5


def test_a_log_that_grew_too_long_is_turned_over(
    make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reseller_console.launcher.service.LOG_LIMIT", 10)
    service = make("")
    service.log.write_text("x" * 20)
    service.start()
    assert service.log.with_suffix(".log.1").read_text() == "x" * 20


def test_a_signal_is_held_back_while_a_process_is_started(signals: StopSignals) -> None:
    finished = False
    with pytest.raises(Stopped), signals.deferred():
        os.kill(os.getpid(), signal.SIGTERM)
        finished = True
    assert finished


def test_one_signal_stops_once(signals: StopSignals) -> None:
    with pytest.raises(Stopped) as stopped:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
    assert stopped.value.number == signal.SIGINT
    with signals.deferred():
        pass


def test_a_closed_terminal_means_nothing_to_who_was_started_with_nohup(
    signals: StopSignals,
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stopping.StopSignals()
    os.kill(os.getpid(), signal.SIGHUP)


def test_the_end_of_a_child_ends_the_wait(
    signals: StopSignals, make: Callable[..., Service]
) -> None:
    service = make("import time; time.sleep(0.3)")
    service.start()
    begun = time.monotonic()
    signals.wait(10)
    assert time.monotonic() - begun < 5
