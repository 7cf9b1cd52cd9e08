"""Rows from stencils: printed as their template says, and what people typed stays text."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from reseller_console.lib.lists import Stencil, joined, stencils

HOSTILE = "<b>&\"' %s %(name)s %% {{ row }} \\1 \ue000name\ue000"


class Shape(NamedTuple):
    """What the template below asks for."""

    wide: bool


@pytest.fixture
def row(settings, tmp_path) -> Stencil:
    """The stencil of a row with two texts and one fact of its shape."""
    (tmp_path / "sample_row.html").write_text(
        '{% load i18n %}<td {% if shape.wide %}width="100%"{% endif %}>{{ row.name }}\n\n'
        "  {% translate 'Status' %} 5 % {{ row.name }} {{ head }}</td>{{ row.items }}"
    )
    templates = settings.TEMPLATES[0]
    settings.TEMPLATES = [templates | {"DIRS": [tmp_path, *templates["DIRS"]]}]
    return Stencil("sample_row.html", head="<Head>")


def test_a_stencil_prints_what_its_template_would(row):
    texts = {"name": HOSTILE, "items": "items"}
    for shape in (Shape(True), Shape(False)):
        rendered = render_to_string(
            "sample_row.html", {"row": texts, "shape": shape, "head": "<Head>"}
        )
        filled = row.printed(texts, shape)
        assert filled == " ".join(rendered.split())
        assert '100%"' in filled or not shape.wide
        assert "<b>" not in filled


def test_markup_is_what_says_that_it_is_markup(row):
    typed = row.printed({"name": "<i>", "items": "<i>"}, Shape(True))
    told = row.printed({"name": "<i>", "items": mark_safe("<i>")}, Shape(True))
    assert typed.endswith("&lt;i&gt;")
    assert told.endswith("</td><i>")
    assert "<i>" not in told.removesuffix("<i>")


def test_a_printed_row_is_markup_within_another(row):
    inner = row.printed({"name": "Name", "items": ""}, Shape(False))
    assert row.printed({"name": "Name", "items": inner}, Shape(False)).endswith(inner)
    assert joined([inner, inner]) == inner + inner


def test_a_template_runs_once_for_each_shape_and_language(row, monkeypatch):
    run = []

    def rendered(template, context):
        run.append((context["shape"], translation.get_language()))
        return render_to_string(template, context)

    monkeypatch.setattr(stencils, "render_to_string", rendered)
    texts = {"name": "Name", "items": ""}
    for _again in range(2):
        row.printed(texts, Shape(True))
        row.printed(texts, Shape(False))
        with translation.override("et"):
            row.printed(texts, Shape(True))
    assert run == [(Shape(True), "en"), (Shape(False), "en"), (Shape(True), "et")]


def test_a_text_that_nobody_gave_is_an_error_and_no_gap(row):
    with pytest.raises(KeyError):
        row.printed({"name": "Name"}, Shape(True))
