"""Give a person a license."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from authorizations.licenses.people import clean_address, clean_name
from customers.forms.fields import CleanedField
from reseller_console.tenancy.forms import KeyedForm


class AssignForm(KeyedForm):
    """Whom a license is for."""

    name = CleanedField(
        clean_text=clean_name,
        label=_("Name"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = CleanedField(
        clean_text=clean_address,
        label=_("Email address"),
        widget=forms.TextInput(
            attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    use_required_attribute = False
