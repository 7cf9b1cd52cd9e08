"""Change *Managed by* for one customer or several."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.colleagues import managers_at
from customers.forms.fields import OwnChoice
from customers.models import Customer
from customers.organization.vip_ids import VIP_ID_LENGTH, is_vip_id
from reseller_console.accounts import attempts
from reseller_console.accounts.models import User
from reseller_console.tenancy.forms import KeyedForm, form_field

MOST_CUSTOMERS = 500
_BETWEEN = re.compile(r"[\s,;]+")


class ManagerForm(KeyedForm):
    """Who manages from now on."""

    to = OwnChoice(
        label=gettext_lazy("Managed by"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a colleague"),
        error_messages={
            "required": gettext_lazy("Choose a colleague."),
            "invalid_choice": gettext_lazy("Choose an active colleague who may change customers."),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        form_field(self, "to", OwnChoice).queryset = managers_at(user.reseller_id)


class ManyManagersForm(ManagerForm):
    """The same for a list of VIP IDs, each of the person's own reseller."""

    customers = forms.CharField(
        label=gettext_lazy("VIP IDs"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy("One per line, or separated by commas; at most 500."),
        error_messages={"required": gettext_lazy("Enter at least one VIP ID.")},
    )
    field_order = ["customers", "to"]

    def clean_customers(self) -> list[Customer]:
        """Return the customers; names each VIP ID that is not one of the person's own."""
        typed = self.cleaned_data["customers"].upper().strip()
        wanted = list(dict.fromkeys(part for part in _BETWEEN.split(typed) if part))
        if len(wanted) > MOST_CUSTOMERS:
            raise forms.ValidationError(
                _("At most %(most)d customers at a time; these are %(count)d.")
                % {"most": MOST_CUSTOMERS, "count": len(wanted)}
            )
        known = [vip_id for vip_id in wanted if is_vip_id(vip_id)]
        found = Customer.objects.of(self.user).filter(vip_id__in=known)
        customers = {row.vip_id: row for row in found.select_related("reseller")}
        strange = [vip_id for vip_id in wanted if vip_id not in customers]
        if strange:
            attempts.tried(Customer, set(strange) & set(known), field="vip_id")
            raise forms.ValidationError(_unknown(strange))
        return [customers[vip_id] for vip_id in wanted]


def _unknown(vip_ids: list[str]) -> str:
    shown = ", ".join(vip_id[: VIP_ID_LENGTH + 1] for vip_id in vip_ids[:5])
    return ngettext(
        "This is not a VIP ID of your customers: %(shown)s.",
        "%(count)d of these are not VIP IDs of your customers, such as %(shown)s.",
        len(vip_ids),
    ) % {"shown": shown, "count": len(vip_ids)}
