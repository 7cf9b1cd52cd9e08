"""Migrations are frozen: what they did once, they do after every change of the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("reseller_console", "customers", "authorizations", "notifications")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
}
# Ways to code of ours that name it as text, or the models as they are now.
DETOURS = {"importlib", "pkgutil", "runpy", "django.apps", "django.utils.module_loading"}


def reached(source: str) -> list[str]:
    """Return the names by which a migration reaches code of ours, or could."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if _leads_to_ours(alias.name)]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names]
            found += [name for name in names if _leads_to_ours(name)]
        elif isinstance(node, ast.Attribute):
            found += [name for name in [ast.unparse(node)] if _is_in_a_module(name)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [name for name in [node.value] if _is_in_a_module(name)]
        elif isinstance(node, ast.Name) and node.id in {"__import__", "eval", "exec"}:
            found.append(node.id)
    return found


def _leads_to_ours(imported: str) -> bool:
    detours = (imported == way or imported.startswith(f"{way}.") for way in DETOURS)
    return imported.startswith(".") or imported.split(".")[0] in PACKAGES or any(detours)


def _is_in_a_module(dotted: str) -> bool:
    """Whether it names a module of ours or what is in one; "customers.customer" is a model."""
    parts = dotted.split(".")
    heads = (".".join(parts[:count]) for count in range(2, len(parts) + 1))
    return any(head in MODULES for head in heads)


def migrations() -> list[Path]:
    return sorted(path for package in PACKAGES for path in ROOT.glob(f"{package}/**/migrations/0*"))


@pytest.mark.parametrize("path", migrations(), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_migration_imports_nothing_of_ours(path):
    assert reached(path.read_text()) == []


def test_there_are_migrations_to_look_at():
    apps = {path.parts[-3] for path in migrations()}
    assert apps == {"tenancy", "accounts", "notifications", "customers", "authorizations"}


@pytest.mark.parametrize(
    "line",
    [
        "import customers",
        "import customers.tally as tally",
        "from customers.tally import trigger_sql",
        "from reseller_console.lib import schema",
        "from . import words",
        "from ..models import Product",
        "def later(apps, editor):\n    from authorizations.models import Product",
        "field = CharField(default=customers.models.customers.new_id)",
        'field = CharField(default=load("customers.models.customers.new_id"))',
        'module = load("customers.tally")',
        "from importlib import import_module",
        "from django.utils.module_loading import import_string",
        "from django.utils import module_loading",
        "from django.apps import apps",
        "module = __import__(name)",
    ],
)
def test_what_reaches_code_of_ours_is_found(line):
    """The twin: without this, silence would mean nothing."""
    assert reached(line)


@pytest.mark.parametrize(
    "line",
    [
        "from django.conf import settings",
        "from django.db import migrations, models",
        'dependencies = [("customers", "0001_initial")]',
        'field = models.ForeignKey(to="customers.customer")',
        'product = apps.get_model("authorizations", "Product")',
        "customers = apps.get_model(*label)\ncustomers.objects.update()",
    ],
)
def test_what_belongs_to_a_migration_is_let_through(line):
    assert reached(line) == []
