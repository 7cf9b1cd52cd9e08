"""Our templates under test: a name that does not exist is an error, not an empty string.

Templates of other packages, and ours that extend the Django admin's, rely on names that are
not there; they stay as they are. `{% if name %}` may always ask.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine, Origin, engines
from django.template.backends.django import DjangoTemplates, Template

from reseller_console.lib.missing import Missing


def is_ours(origin: Origin) -> bool:
    """Whether a template is one of ours, and not a page in the Django admin."""
    folder = Path(settings.BASE_DIR) / "templates"
    path = Path(origin.name)
    return path.is_relative_to(folder) and not path.is_relative_to(folder / "admin")


@cache
def _strict(lenient: Engine) -> Engine:
    engine = copy.copy(lenient)
    engine.string_if_invalid = Missing("The page has no name “%s”.")
    return engine


@contextmanager
def no_gaps() -> Iterator[None]:
    """Let every page made of one of our templates raise MissingName for a missing name."""
    load = DjangoTemplates.get_template

    def load_strictly(backend: DjangoTemplates, name: str) -> Template:
        found = load(backend, name)
        if backend is engines["django"] and is_ours(found.template.origin):
            # A copy: what other packages' pages include of ours is as forgiving as they are.
            found.template = copy.copy(found.template)
            found.template.engine = _strict(backend.engine)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DjangoTemplates, "get_template", load_strictly)
        yield
