"""A list of people: uploaded or pasted, then looked at, then imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.importing.reading import MOST_BYTES, Reading, Unreadable, decoded, read
from authorizations.models import Product
from reseller_console.tenancy.forms import KeyedForm, form_field

EVERY_LINE = ""


class ImportForm(KeyedForm):
    """The list, and the product everyone in it gets unless the lines say it."""

    product = forms.ChoiceField(
        label=gettext_lazy("Licenses of"),
        required=False,
        help_text=gettext_lazy(
            "Choose a product for the whole list, or let each line name its own."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the list here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, products: Sequence[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = {str(product.pk): product for product in products}
        self.reading = Reading()
        form_field(self, "product", forms.ChoiceField).choices = [
            (EVERY_LINE, _("What each line says")),
            *((pk, product.name) for pk, product in self.products.items()),
        ]

    @property
    def chosen(self) -> Product | None:
        """The product for the whole list; None when each line names its own."""
        return self.products.get(self.cleaned_data.get("product") or "")

    @property
    def goes_in(self) -> bool:
        """Whether the list was looked at and is to be imported now."""
        return self.is_bound and "go" in self.data

    def clean(self) -> dict:
        """Read the list: the file where there is one, else what was pasted."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        file = self.cleaned_data.get("file")
        try:
            text = decoded(file.read(MOST_BYTES + 1)) if file else self.cleaned_data["text"]
            self.reading = read(text, with_product=self.chosen is None)
            self.cleaned_data["text"] = text
        except Unreadable as refusal:
            self.add_error("file" if file or refusal.field else "text", str(refusal))
        return self.cleaned_data
