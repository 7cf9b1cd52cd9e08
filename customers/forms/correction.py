"""Ops' form to correct a customer: the rules of the invitation, and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.actions.correct import ADDRESS, CORRECTABLE, refuse_twin
from customers.models import Customer
from customers.organization.addresses import clean_address
from customers.organization.countries import country_choices
from customers.organization.names import clean_email, clean_organization_name, clean_person_name
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.typed_text import check_characters
from reseller_console.tenancy.forms import form_field
from reseller_console.tenancy.models import Segment


class CorrectionForm(forms.ModelForm):
    """What was typed at the invitation, judged as it was then."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"size": 80}),
        help_text=_("Why this is corrected. The reseller reads it on the customer's page."),
    )

    class Meta:
        model = Customer
        fields = CORRECTABLE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "country" not in self.fields:
            return
        self.fields["country"].widget = forms.Select(choices=country_choices())
        self.fields["language"] = forms.ChoiceField(
            label=self.fields["language"].label, choices=settings.LANGUAGES
        )
        form_field(self, "segment", forms.ChoiceField).choices = [
            (code, Segment(code).label)
            for code in {*self.instance.reseller.segments, self.instance.segment}
        ]

    def clean_name(self) -> str:
        """Return the organization's name as it is stored."""
        return clean_organization_name(self.cleaned_data["name"])

    def clean_reason(self) -> str:
        """Return the reason, which an email repeats."""
        reason = self.cleaned_data["reason"]
        check_characters(reason)
        return reason

    def clean_contact_first_name(self) -> str:
        """Return the first name as it is stored."""
        return clean_person_name(self.cleaned_data["contact_first_name"], label=_("First name"))

    def clean_contact_last_name(self) -> str:
        """Return the last name as it is stored."""
        return clean_person_name(self.cleaned_data["contact_last_name"], label=_("Last name"))

    def clean_contact_email(self) -> str:
        """Return the email address as it is stored."""
        return clean_email(self.cleaned_data["contact_email"])

    def clean(self) -> dict:
        """Judge the address as a whole, and ask whether there is such a customer already."""
        super().clean()
        typed = {name: self.cleaned_data.get(name, "") for name in ADDRESS}
        try:
            self.cleaned_data |= clean_address(**typed)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                self.add_error(name, sentences[0])
        if not self.errors:
            try:
                refuse_twin(self.instance, self.cleaned_data)
            except ActionRefused as refusal:
                self.add_error(refusal.field, str(refusal))
        return self.cleaned_data
