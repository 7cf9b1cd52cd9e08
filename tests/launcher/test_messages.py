"""`./console messages`: works on a checkout alone."""

from __future__ import annotations

import os
import subprocess

from reseller_console.launcher.home import CHECKOUT


def test_catalogs_are_kept_without_any_server(tmp_path):
    """Addresses that lead nowhere, and a home without servers: nobody is asked there."""
    unset = {"DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE"}
    variables = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [CHECKOUT / "console", "messages", "--check"],
        env=variables | {"CONSOLE_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1)
    assert "de: " in done.stdout
    assert " messages" in done.stdout
    assert "Traceback" not in done.stderr
