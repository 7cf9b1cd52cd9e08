"""Change *Managed by* for one customer or several."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from customers.colleagues import managers_at
from customers.forms.fields import OwnChoice
from customers.forms.many import own_customers
from customers.models import Customer
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
        vip_ids = [part for part in _BETWEEN.split(typed) if part]
        own = Customer.objects.of(self.user).select_related("reseller")
        return own_customers(own, vip_ids, most=MOST_CUSTOMERS)
