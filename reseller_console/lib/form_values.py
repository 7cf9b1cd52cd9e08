"""What a form's field holds, as a browser sends it and as a person reads it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import localize
from django.utils.translation import gettext as _


def as_sent(field: forms.Field, name: str, value: object) -> dict[str, list[str]]:
    """Return what a browser sends for a field with this value."""
    widget = field.widget
    value = field.prepare_value(value)
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"] if value else []}
    if isinstance(value, (list, tuple)):
        return {name: [str(part) for part in value]}
    text = widget.format_value(value)
    if isinstance(text, (list, tuple)):
        return {name: [str(part) for part in text]}
    return {name: [] if text is None else [str(text)]}


def in_words(field: forms.Field, value: object) -> str:
    """Return a stored value as a person reads it."""
    if value in (None, "", []):
        return "–"
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        found = rows.model._base_manager.filter(pk=value).first()
        return str(found or value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices: Any = getattr(field, "choices", None) or getattr(field.widget, "choices", ())
    labels = {str(key): str(label) for key, label in choices}
    values = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(labels.get(str(one), str(localize(one))) for one in values)
