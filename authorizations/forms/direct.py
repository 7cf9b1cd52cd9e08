"""Record an order that no purchase authorization precedes: number, date and lines."""

from __future__ import annotations

import datetime as dt

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from authorizations.catalog.lines import directly
from authorizations.catalog.offer import Offer
from authorizations.forms.lines import LinesForm, ProductOptions
from authorizations.forms.order import OrderFacts
from customers.models import Customer


class DirectOrderForm(OrderFacts, LinesForm):
    """A direct order of one customer; any product that the catalog offers it."""

    full = gettext_lazy("An order has at most 499 lines.")
    too_many = gettext_lazy("An order has at most %(most)d lines; these were %(count)d.")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        customer: Customer,
        offer: Offer,
        today: dt.date,
    ) -> None:
        super().__init__(
            data,
            judge=directly(customer, today=today),
            options=ProductOptions(offer.all_families, refused=[]),
            initial={"ordered_on": today},
        )
        self.bound_date(latest=today)
        if self.changes_shape:
            self.fields["number"].widget.attrs.pop("autofocus", None)

    @property
    def focus_line(self) -> int | None:
        """The line to write in next; none while the number comes first."""
        return super().focus_line if self.changes_shape else None
