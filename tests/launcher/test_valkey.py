"""The embedded broker: no two of them on one folder."""

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseller_console.launcher import binaries
from reseller_console.launcher.environment import VENV
from reseller_console.launcher.output import Occupied
from reseller_console.launcher.placement import scratch_folder
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.service import Service
from reseller_console.launcher.valkey import Valkey


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[tuple[Valkey, Service]]:
    """A broker that runs."""
    folder = scratch_folder("reseller-console-test-", 2**20)
    valkey = Valkey(binaries.find_valkey(VENV), folder, free_port(), "secret")
    service = valkey.service(tmp_path / "valkey.log")
    service.start()
    service.wait_ready(20)
    yield valkey, service
    service.kill()
    shutil.rmtree(folder)


def test_no_second_one_is_started_on_a_folder_and_a_dead_one_is_followed(
    broker: tuple[Valkey, Service], tmp_path: Path
) -> None:
    valkey, service = broker
    assert service.process is not None
    second = replace(valkey, port=free_port()).service(tmp_path / "second.log")
    with pytest.raises(Occupied, match=f"pid {service.process.pid}"):
        second.start()
    assert valkey.answers()
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    service.start()
    service.wait_ready(20)
