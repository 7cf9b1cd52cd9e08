"""A list of people: uploaded or pasted, then looked at, then imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.importing.reading import MOST_BYTES, Reading, read
from authorizations.models import Product
from reseller_console.lib.tables import encodings
from reseller_console.lib.tables.faults import Unreadable
from reseller_console.tenancy.forms import KeyedForm, form_field

EVERY_LINE = ""
FOUND_OUT = ""
_PASTED = "utf-8"


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
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv,text/plain"}),
    )
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding of the file"), required=False)
    read_as = forms.CharField(widget=forms.HiddenInput, required=False)
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
        self.was_read_anew = False
        form_field(self, "product", forms.ChoiceField).choices = [
            (EVERY_LINE, _("What each line says")),
            *((pk, product.name) for pk, product in self.products.items()),
        ]
        form_field(self, "encoding", forms.ChoiceField).choices = [
            (FOUND_OUT, _("Detect automatically")),
            *encodings.choices(),
        ]

    @property
    def chosen(self) -> Product | None:
        """The product for the whole list; None when each line names its own."""
        return self.products.get(self.cleaned_data.get("product") or "")

    @property
    def goes_in(self) -> bool:
        """Whether the list was looked at, as it is read now, and is to be imported."""
        return self.is_bound and "go" in self.data and not self.was_read_anew

    @property
    def is_older(self) -> bool:
        """Whether the file is in an encoding in which names may have been read wrongly."""
        return encodings.is_older(self.encoding_name)

    @property
    def encoding_name(self) -> str:
        """The encoding the file was read in, which stays what it was when it is sent again."""
        read_as = self.cleaned_data.get("read_as") or ""
        if self.cleaned_data.get("file") or self.was_read_anew or not encodings.known(read_as):
            return self.reading.encoding.name if self.reading.encoding else ""
        return read_as

    @property
    def encoding_label(self) -> str:
        """What people call that encoding."""
        return dict(encodings.choices()).get(self.encoding_name, "")

    def clean(self) -> dict:
        """Read the list: the file where there is one, else what was pasted."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        file = self.cleaned_data.get("file")
        try:
            data, encoding = (file.read(MOST_BYTES + 1), self._chosen) if file else self._again()
            self.reading = read(data, with_product=self.chosen is None, encoding=encoding)
            self.cleaned_data["text"] = self.reading.text
        except Unreadable as refusal:
            field = refusal.field if refusal.field in self.fields else None
            self.add_error(field or ("file" if file else "text"), str(refusal))
        return self.cleaned_data

    @property
    def _chosen(self) -> str:
        return self.cleaned_data.get("encoding") or FOUND_OUT

    def _again(self) -> tuple[bytes, str]:
        """Return the bytes of a pasted list, or of a file that is read a second time.

        What was read as one encoding is turned into its bytes, which another one may fit better.
        """
        text, read_as = self.cleaned_data["text"], encodings.known(self.cleaned_data["read_as"])
        if not read_as or not self._chosen or read_as == self._chosen:
            return text.encode(errors="replace"), _PASTED
        try:
            data = text.encode(read_as)
        except UnicodeEncodeError:
            return text.encode(errors="replace"), _PASTED
        self.was_read_anew = True
        return data, self._chosen
