"""The form that asks ops to correct a customer's contact."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import CleanedField
from reseller_console.lib.typed_text import check_characters, check_length, tidy
from reseller_console.tenancy.forms import KeyedForm

LONGEST_NOTE = 500


def clean_note(text: str) -> str:
    """Return a note as one line of at most 500 code points; "" when there is none."""
    note = " ".join(tidy(text).split())
    check_characters(note)
    check_length(note, LONGEST_NOTE)
    return note


class CorrectionRequestForm(KeyedForm):
    """What ops should know."""

    note = CleanedField(
        clean_text=clean_note,
        label=_("What is right"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example the right address, or a colleague's name and address."),
    )
