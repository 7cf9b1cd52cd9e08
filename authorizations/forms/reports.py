"""Upload an order report, and say which of its columns is which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.reconciling.reading import COLUMNS, LABELS, MOST_BYTES, REQUIRED
from reseller_console.lib.text import collapse
from reseller_console.tenancy.forms import KeyedForm


class ReportForm(KeyedForm):
    """A file, and who sent it."""

    file = forms.FileField(
        label=gettext_lazy("Order report"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv,text/plain"}),
        help_text=gettext_lazy("A CSV file or an Excel workbook; at most 50,000 lines and 10 MB."),
        error_messages={"required": gettext_lazy("Choose the file.")},
    )
    sender = forms.CharField(
        label=gettext_lazy("Sender"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "senders", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "The distributor. What its columns are called is remembered under this name."
        ),
        error_messages={"required": gettext_lazy("Enter who sent the report.")},
    )

    def clean_file(self) -> object:
        """Refuse a file that is too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 megabytes. Split it."))
        return file

    def clean_sender(self) -> str:
        """Return the name as stored."""
        return collapse(self.cleaned_data["sender"])


class ColumnsForm(KeyedForm):
    """For each of our columns, the head of the file that it is under."""

    def __init__(self, *args: Any, heads: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("Not in the file")), *((head, head) for head in heads)]
        for name in COLUMNS:
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name],
                choices=offered,
                required=name in REQUIRED,
                error_messages={"required": _("Choose the column.")},
            )

    def clean(self) -> dict:
        """Refuse a head that stands for two columns."""
        cleaned = super().clean()
        chosen: dict[str, str] = {}
        for name in COLUMNS:
            head = cleaned.get(name, "")
            if head and chosen.setdefault(head, name) != name:
                label = LABELS[chosen[head]]
                self.add_error(name, _("This column is %(label)s already.") % {"label": label})
        return cleaned

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields a person sees."""
        return [self[name] for name in COLUMNS]
