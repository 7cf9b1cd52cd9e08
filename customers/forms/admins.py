"""The forms of a customer's VIP admins, and the tick under new terms."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from customers.actions.admins import AdminDetails
from customers.admins.memberships import memberships_of
from customers.forms.fields import CleanedField, OwnChoice
from customers.models import Customer, Membership
from customers.organization.names import clean_email, clean_person_name
from reseller_console.accounts.models import User
from reseller_console.tenancy.forms import KeyedForm, form_field
from reseller_console.tenancy.models import VipTerms

FIRST_NAME, LAST_NAME = gettext_lazy("First name"), gettext_lazy("Last name")


class InviteAdminForm(KeyedForm):
    """Who is invited as a further admin."""

    first_name = CleanedField(
        label=FIRST_NAME, clean_text=lambda text: clean_person_name(text, label=str(FIRST_NAME))
    )
    last_name = CleanedField(
        label=LAST_NAME, clean_text=lambda text: clean_person_name(text, label=str(LAST_NAME))
    )
    address = CleanedField(
        label=gettext_lazy("Email address"),
        clean_text=clean_email,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "none"}),
        help_text=gettext_lazy("We send the invitation to this address. They sign in with it."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Preferred language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("For the mail this person gets."),
    )
    use_required_attribute = False

    def __init__(self, data: dict | None = None) -> None:
        super().__init__(data)
        self.initial["language"] = get_language() or "en"

    def details(self) -> AdminDetails:
        """Return what was typed, cleaned."""
        names = ("first_name", "last_name", "address", "language")
        return AdminDetails(**{name: self.cleaned_data[name] for name in names})


class AdminChoice(OwnChoice):
    """An admin by name and address."""

    def label_from_instance(self, obj: Membership) -> str:
        """Return the person's name, with the address that tells namesakes apart."""
        return f"{obj.user}, {obj.user.email}"


class HandOverForm(KeyedForm):
    """To whom of the other admins a person hands over."""

    to = AdminChoice(
        label=gettext_lazy("Hand over to"),
        queryset=None,
        empty_label=gettext_lazy("Choose an admin"),
        error_messages={
            "required": gettext_lazy("Choose an admin."),
            "invalid_choice": gettext_lazy("Choose an admin of this organization."),
        },
    )
    use_required_attribute = False

    def __init__(self, data: dict | None = None, *, customer: Customer, by: User) -> None:
        super().__init__(data)
        others = memberships_of(customer).active().exclude(user=by)
        form_field(self, "to", AdminChoice).queryset = others


class TermsForm(KeyedForm):
    """A tick under the terms; what is sent names the version that was shown."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    agreed = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Tick the box once you have read the terms and agree.")
        }
    )
    use_required_attribute = False

    def __init__(self, data: dict | None = None, *, customer: Customer, terms: VipTerms) -> None:
        self.has_changed_meanwhile = False
        if data is not None and data.get("version") != str(terms.version):
            # A tick is for the words it stood under, never for those that came since.
            self.has_changed_meanwhile = True
            typed = {name: value for name, value in data.items() if name != "agreed"}
            data = typed | {"version": str(terms.version)}
        super().__init__(data)
        self.initial["version"] = str(terms.version)
        self.fields["agreed"].label = _(
            "I have read the VIP terms and accept them for %(name)s."
        ) % {"name": customer.name}

    def clean(self) -> dict:
        """Ask for another look at words that were replaced while they were read."""
        super().clean()
        if self.has_changed_meanwhile:
            self.errors.pop("agreed", None)
            self.add_error(
                None, _("The terms have just changed. Read the new version and accept it.")
            )
        return self.cleaned_data
