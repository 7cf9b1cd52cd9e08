"""Notify of a renewal: a manager's own lines, who gets the email, and whether again."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.renewing.notifying import LONGEST_TEXT, ToNotify, clean_own_text
from authorizations.renewing.reach import Reached
from customers.admins.recipients import Recipient
from customers.forms.fields import CleanedField
from customers.organization.names import clean_email
from reseller_console.tenancy.forms import KeyedForm, form_field

EVERYBODY, ANOTHER = "everybody", "another"


class NotifyRenewalForm(KeyedForm):
    """The notice to several customers: one text for all of them."""

    own_text = CleanedField(
        label=gettext_lazy("Your own lines"),
        clean_text=clean_own_text,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Plain text, at most 1,000 characters; the email quotes them."),
    )
    again_ok = forms.BooleanField(label=gettext_lazy("Send again anyway"), required=False)
    use_required_attribute = False
    longest = LONGEST_TEXT

    def recipient(self) -> Recipient | None:
        """Return who gets it instead of the VIP admins; None for all of these."""
        return None


class NotifyOneForm(NotifyRenewalForm):
    """The notice to one customer: to everybody, one of the VIP admins, or another address."""

    to = forms.ChoiceField(label=gettext_lazy("Recipient"), widget=forms.RadioSelect)
    address = forms.CharField(
        label=gettext_lazy("Another address"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "none"}),
        help_text=gettext_lazy("For this one email. It is recorded in the activity."),
    )
    field_order = ["to", "address", "own_text", "again_ok"]

    def __init__(self, data: dict | None = None, *, one: ToNotify) -> None:
        super().__init__(data)
        self.one = one
        self.initial["to"] = EVERYBODY
        form_field(self, "to", forms.ChoiceField).choices = _choices(one.reached)

    def clean(self) -> dict:
        """Judge the other address where it is the one that is chosen."""
        cleaned = super().clean()
        if cleaned.get("to") == ANOTHER:
            try:
                cleaned["address"] = clean_email(cleaned.get("address", ""))
            except forms.ValidationError as error:
                self.add_error("address", error)
        return cleaned

    def recipient(self) -> Recipient | None:
        """Return the person who is chosen instead of all VIP admins."""
        to = self.cleaned_data.get("to", EVERYBODY)
        if to == ANOTHER:
            address = self.cleaned_data.get("address")
            return Recipient(address, "", self.one.customer.language) if address else None
        return next((row for row in self.one.recipients if row.address == to), None)


def _choices(reached: Sequence[Reached]) -> list[tuple[str, str]]:
    """Return all recipients, each of them where there are several, and another address."""
    people = [(row.recipient.address, _named(row.recipient)) for row in reached]
    if len(people) == 1:
        everybody = people[0][1]
    else:
        everybody = _("All VIP admins: %(people)s") % {
            "people": "; ".join(name for _address, name in people)
        }
    several = people if len(people) > 1 else []
    return [(EVERYBODY, everybody), *several, (ANOTHER, _("Another address"))]


def _named(recipient: Recipient) -> str:
    return f"{recipient.name}, {recipient.address}" if recipient.name else recipient.address
