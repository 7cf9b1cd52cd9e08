"""Forms of the team page."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.colleagues import managers_at
from customers.forms.fields import OwnChoice
from reseller_console.accounts.models import Role, User
from reseller_console.lib.typed_text import is_plain_address
from reseller_console.tenancy.forms import KeyedForm, form_field

MOST_ADDRESSES = 20
ADDRESS_LENGTH = 240
_BETWEEN = re.compile(r"[\s,;]+")

ROLES = [(role, Role(role).label) for role in Role.INVITED]
ROLE_ADVICE = gettext_lazy(
    "A viewer only reads. An account manager works on customers and purchase authorizations."
    " A reseller admin also runs the team."
)


class InviteColleaguesForm(KeyedForm):
    """Whom to invite, and as what."""

    use_required_attribute = False

    addresses = forms.CharField(
        label=gettext_lazy("Email addresses"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy("One per line, or separated by commas; at most 20."),
        error_messages={"required": gettext_lazy("Enter at least one email address.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=ROLES, initial=Role.MANAGER, help_text=ROLE_ADVICE
    )

    def clean_addresses(self) -> list[str]:
        """Return the addresses, each once; names the first that is none."""
        parts = (part for part in _BETWEEN.split(self.cleaned_data["addresses"]) if part)
        addresses = list({part.lower(): part for part in parts}.values())
        if len(addresses) > MOST_ADDRESSES:
            raise ValidationError(
                _("At most %(most)d addresses at a time; these are %(count)d.")
                % {"most": MOST_ADDRESSES, "count": len(addresses)}
            )
        for address in addresses:
            _check(address)
        if not addresses:
            raise ValidationError(_("Enter at least one email address."))
        return addresses


def _check(address: str) -> None:
    try:
        validate_email(address)
        fits = len(address) <= ADDRESS_LENGTH and is_plain_address(address)
    except ValidationError:
        fits = False
    if not fits:
        raise ValidationError(
            _("“%(address)s” is not an email address.") % {"address": address[:80]}
        )


class SuccessorForm(KeyedForm):
    """Who takes a colleague's customers; asked only of a person who manages any."""

    use_required_attribute = False

    successor = OwnChoice(
        label=gettext_lazy("New manager of their customers"),
        queryset=None,
        error_messages={
            "required": gettext_lazy("Choose who manages them from now on."),
            "invalid_choice": gettext_lazy("Choose an active colleague who may change customers."),
        },
    )

    def __init__(self, *args: Any, user: User, colleague: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successors = managers_at(user.reseller_id).exclude(pk=colleague.pk)
        form_field(self, "successor", OwnChoice).queryset = successors
        if colleague.managed:
            self.initial.setdefault("successor", successors.filter(role=Role.PRIMARY).first())
        else:
            del self.fields["successor"]


class RoleForm(SuccessorForm):
    """What a colleague may do from now on."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, help_text=ROLE_ADVICE)
    field_order = ["role", "successor"]

    def __init__(self, *args: Any, colleague: User, **kwargs: Any) -> None:
        super().__init__(*args, colleague=colleague, **kwargs)
        self.initial.setdefault("role", colleague.role)
        if "successor" in self.fields:
            self.fields["successor"].required = False
            self.fields["successor"].help_text = _("Only needed for a viewer.")


class HandOverForm(KeyedForm):
    """Who becomes the primary admin."""

    use_required_attribute = False

    colleague = OwnChoice(
        label=gettext_lazy("New primary admin"),
        queryset=None,
        empty_label=gettext_lazy("Choose a colleague"),
        error_messages={
            "required": gettext_lazy("Choose a colleague."),
            "invalid_choice": gettext_lazy("Choose an active colleague."),
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = User.objects.of(user).joined().exclude(role=Role.PRIMARY)
        form_field(self, "colleague", OwnChoice).queryset = active.order_by("name", "email")
