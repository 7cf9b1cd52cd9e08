"""The port of the web: the default gives way, a wish does not."""

import socket

import pytest

from reseller_console.launcher import ports
from reseller_console.launcher.output import LauncherError


@pytest.fixture
def taken() -> int:
    """A port somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_default_is_said_and_a_neighbor_used(
    taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ports, "DEFAULT_PORT", taken)
    with ports.listen(None) as web:
        used = web.getsockname()[1]
        assert used != taken
        assert f"Port {taken} is taken; using {used}." in capsys.readouterr().out


def test_a_taken_wish_is_refused(taken: int) -> None:
    with pytest.raises(LauncherError, match=f"port {taken} cannot be used: Address already in use"):
        ports.listen(taken)


def test_the_socket_is_only_for_this_machine() -> None:
    with ports.listen(ports.free_port()) as web:
        assert web.getsockname()[0] == "127.0.0.1"


def test_a_remembered_port_is_used_again_while_it_is_free(taken: int) -> None:
    assert ports.free_port(taken) != taken
    free = ports.free_port()
    assert ports.free_port(free) == free
