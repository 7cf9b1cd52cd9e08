"""The form behind an invitation's link: agree, and choose a password where there is no account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.admins.landing import Link
from reseller_console.accounts.forms import JoinForm
from reseller_console.accounts.models import User
from reseller_console.tenancy.forms import KeyedForm
from reseller_console.tenancy.models import VipTerms


class AcceptForm(KeyedForm):
    """A tick under the terms. What is sent names the organization and the version shown."""

    organization = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    agreed = forms.BooleanField(
        required=True,
        error_messages={
            "required": gettext_lazy("Tick the box once you have read the terms and agree.")
        },
    )
    use_required_attribute = False

    def __init__(
        self,
        data: dict | None = None,
        *args: Any,
        link: Link,
        terms: VipTerms | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, *args, **kwargs)
        self.link, self.terms = link, terms
        self.initial.update(
            organization=link.customer.vip_id, version=str(terms.version) if terms else ""
        )
        self.fields["agreed"].label = _(
            "I have read the VIP terms and accept them for %(name)s."
        ) % {"name": link.customer.name}
        if terms is None:
            del self.fields["agreed"]

    def clean(self) -> dict:
        """Refuse what was filled in under another invitation, or under words replaced meanwhile."""
        super().clean()
        if self.cleaned_data.get("organization") != self.link.customer.vip_id:
            self.add_error(
                None,
                _(
                    "Another invitation has been opened in this browser. This page now shows"
                    " %(name)s: read it again before you accept."
                )
                % {"name": self.link.customer.name},
            )
        elif self.cleaned_data.get("version") != self.initial["version"]:
            self.add_error(
                None, _("The terms have just changed. Read the new version and accept it.")
            )
        if self.errors:
            # Shown again are the facts of what is on the page now, whatever was sent.
            facts = {name: self.initial[name] for name in ("organization", "version")}
            self.data = dict(self.data.items()) | facts
        return self.cleaned_data


class AccountForm(JoinForm, AcceptForm):
    """The same for a new person: name and password of the account come with it."""

    field_order = ("name", "password1", "password2", "agreed")

    def __init__(self, data: dict | None = None, *, link: Link, terms: VipTerms | None) -> None:
        account = User(email=link.address, name=link.name[:100])
        super().__init__(data, user=account, link=link, terms=terms)
        # Opening the page on a phone should show the invitation, not the keyboard.
        self.fields["name"].widget.attrs.pop("autofocus", None)
        self.fields["name"].help_text = _("As your reseller and the other admins should see it.")
