"""Rows from stencils: printed as their template says, and what people typed stays text."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from reseller_console.lib.lists import stencils
from reseller_console.lib.lists.stencils import Escaped, stencil

HOSTILE = "<b>&\"' %s %(name)s %% {{ row }} \\1 \ue000name\ue000"


class Shape(NamedTuple):
    """What the template below asks for."""

    wide: bool


@pytest.fixture
def template(settings, tmp_path):
    """A template of a row, known by its name."""
    stencils._made.cache_clear()
    (tmp_path / "sample_row.html").write_text(
        '{% load i18n %}<td {% if shape.wide %}width="100%"{% endif %}>{{ row.name }}\n\n'
        "  {% translate 'Status' %} 5 % {{ row.name }}</td>{{ row.items }}"
    )
    templates = settings.TEMPLATES[0]
    settings.TEMPLATES = [templates | {"DIRS": [tmp_path, *templates["DIRS"]]}]
    yield "sample_row.html"
    stencils._made.cache_clear()


def test_a_stencil_prints_what_its_template_would(template):
    texts = {"name": HOSTILE, "items": "items"}
    for shape in (Shape(True), Shape(False)):
        rendered = render_to_string(template, {"row": texts, "shape": shape})
        filled = stencil(template, shape) % {name: Escaped()[text] for name, text in texts.items()}
        assert filled == " ".join(rendered.split())
        assert '100%"' in filled or not shape.wide


def test_a_stencil_is_made_once_for_each_shape_and_language(template):
    english = stencil(template, Shape(True))
    assert stencil(template, Shape(True)) is english
    assert stencil(template, Shape(False)) != english
    with translation.override("et"):
        assert stencil(template, Shape(True)) != english
    assert stencils._made.cache_info().misses == 3


def test_a_text_that_nobody_gave_is_an_error_and_no_gap(template):
    with pytest.raises(KeyError):
        stencil(template, Shape(True)) % {"name": "Name"}
