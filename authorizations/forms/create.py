"""Create new Purchase Authorization: any number of lines, and the customer's PO number."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.catalog.lines import by_authorization
from authorizations.catalog.offer import Offer
from authorizations.forms.lines import LinesForm, ProductOptions
from customers.forms.fields import CleanedField
from customers.models import Customer
from customers.organization.names import clean_reference


class AuthorizationForm(LinesForm):
    """The whole dialog of a new PA, as a manager fills it in."""

    po_number = CleanedField(
        label=gettext_lazy("Purchase Order (PO) number"),
        clean_text=clean_reference,
        required=False,
        help_text=gettext_lazy("The number your customer gave you."),
    )
    full = gettext_lazy("A purchase authorization has at most 499 lines.")
    too_many = gettext_lazy(
        "A purchase authorization has at most %(most)d lines; these were %(count)d."
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        customer: Customer,
        offer: Offer,
        today: dt.date,
    ) -> None:
        options = ProductOptions(offer.families, refused=offer.families_to_order_directly)
        super().__init__(data, judge=by_authorization(customer, today=today), options=options)
        self.offer = offer


class RequestForm(AuthorizationForm):
    """The same, filled in by a VIP admin: *Request products*."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["po_number"].help_text = _("Your own number for this purchase, if it has one.")
