"""Form fields that leave the judgment to the one function that knows the rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from reseller_console.accounts import attempts


class CleanedField(forms.CharField):
    """A line of text judged, and put in its stored form, by `clean_text`.

    There is no `maxlength` on purpose: a browser would cut what is pasted without a word.
    """

    def __init__(self, *, clean_text: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.clean_text = clean_text
        # What characters are accepted is for `clean_text` to say.
        self.validators = []

    def clean(self, value: object) -> str:
        """Return the stored form; raises ValidationError with a sentence for people."""
        return self.clean_text(self.to_python(value) or "")


class OwnChoice(forms.ModelChoiceField):
    """A choice among what a person may choose; a row of somebody else's leaves a trace."""

    def to_python(self, value: Any) -> Any:
        """Return the row; raises ValidationError for any other, whether or not there is one."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            rows: Any = self.queryset
            attempts.tried(rows.model, [value])
            raise


class DayField(forms.DateField):
    """A date picked in the browser's own control, typed as YYYY-MM-DD where it has none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)
