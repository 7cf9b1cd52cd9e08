"""`requirements.lock` alone is enough to run: nothing is borrowed from the tests' packages."""

import os
import re
import subprocess
import sys

from reseller_console.launcher.home import CHECKOUT

# Loads what web and worker load, in an interpreter that refuses every other package.
LOADS = """
import importlib.abc, importlib.metadata, re, sys

allowed = set(sys.argv[1].split(","))
normal = lambda name: re.sub(r"[-_.]+", "-", name).lower()
found = importlib.metadata.packages_distributions()
owners = {module: {normal(name) for name in names} for module, names in found.items()}

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        module = name.partition(".")[0]
        if module in owners and not owners[module] & allowed:
            raise ModuleNotFoundError(f"{name} is not in requirements.lock", name=name)

sys.meta_path.insert(0, Refuse())
import celery.apps.beat, celery.apps.worker, reseller_console.lib.serving.web
import reseller_console.wsgi
from reseller_console.celery import app
from django.urls import get_resolver
app.loader.import_default_modules()
app.connection_for_write().transport
assert get_resolver().url_patterns
"""


def test_web_and_worker_load_with_nothing_but_the_lock() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text()
    names = re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE)
    assert "django" in names
    loaded = subprocess.run(
        [sys.executable, "-c", LOADS, ",".join(names)],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr
