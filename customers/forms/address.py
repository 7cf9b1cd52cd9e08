"""The address part of a form: its fields take the shape of the chosen country."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from customers.organization.addresses import FIELDS, clean_address
from customers.organization.countries import country_choices, regions_of, shape_of

_MISSING = {
    "address_1": _("Enter the street and number, or the post box."),
    "city": _("Enter the city."),
    "postal_code": _("Enter the ZIP or postal code."),
}


class AddressPart(forms.CharField):
    """A part of an address; `required` only marks it, the country decides in `check_address`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def validate(self, value: str) -> None:
        """Let everything pass: parts are judged together."""


class AddressFields(forms.Form):
    """Country, region, city, two address lines and postal code.

    Region is a list where the country has one. What is right depends on the country, so
    `customers.organization.addresses` decides it for all parts together.
    """

    country = AddressPart(label=_("Country"), widget=forms.Select())
    region = AddressPart(label=_("Region"))
    city = AddressPart(label=_("City"))
    address_1 = AddressPart(label=_("Address line 1"))
    address_2 = AddressPart(label=_("Address line 2"))
    postal_code = AddressPart(label=_("ZIP or postal code"))

    def shape_address(self, country: str) -> None:
        """Give the address fields the words, choices and needs of a country."""
        shape, fields = shape_of(country), self.fields
        fields["country"].widget.choices = [("", _("Choose a country")), *country_choices()]
        for name in FIELDS:
            fields[name].required = name == "country" or name in shape.required or not country
        fields["address_2"].required = False
        fields["region"].label = capfirst(str(shape.region_word))
        fields["city"].label = capfirst(str(shape.city_word))
        if country:
            fields["postal_code"].label = capfirst(str(shape.code_word))
        if shape.code_example:
            fields["postal_code"].help_text = _("For example %(code)s") % {
                "code": shape.code_example
            }
        if regions := regions_of(country):
            fields["region"].widget = forms.Select(choices=self._with_typed(regions))

    def _with_typed(self, regions: list[tuple[str, str]]) -> list[tuple[str, object]]:
        """Offer a region that was typed for another country too: nothing typed is lost."""
        typed = self["region"].value()
        strange = typed and typed not in dict(regions)
        return [("", _("Choose one")), *([(typed, typed)] if strange else []), *regions]

    def check_address(self, add_error: Callable[[str, str], None]) -> None:
        """Put the stored forms into `cleaned_data`, and a sentence at each field that is wrong."""
        typed = {name: self.cleaned_data.get(name, "") for name in FIELDS}
        try:
            self.cleaned_data |= clean_address(**typed)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                add_error(name, sentences[0])
        if not typed["country"]:
            # Nearly every country has these: said now, and not only once there is a country.
            for name, sentence in _MISSING.items():
                if not typed[name].strip() and name not in self.errors:
                    add_error(name, str(sentence))
