"""Record one renewal order for several customers: what is left of each one's term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from authorizations.actions.placing import Renewal
from authorizations.emails import products_in_words
from authorizations.forms.quantities import RenewedField
from authorizations.forms.renewal_order import DroppingForm, completes_label
from authorizations.models import Product
from authorizations.renewing.left import rest_as_seen
from authorizations.renewing.terms import RenewalDates
from authorizations.rules.renewals import Rest
from customers.models import Customer
from reseller_console.lib.wording import long_date

# A request has at most 2,100 fields; each customer has two more.
MOST_LINES = 1_500


@dataclass(frozen=True)
class ToRenew:
    """A customer with what is left of its term."""

    customer: Customer
    dates: RenewalDates
    rest: Rest

    @property
    def lines(self) -> list[tuple[Product, int]]:
        """The products with what is left of them."""
        return [(product, number) for number, product in self.rest.lines]


@dataclass(frozen=True)
class Line:
    """A product of a customer: what is left of it, and the field for this order."""

    product: Product
    left: int
    field: BoundField


@dataclass(frozen=True)
class Row:
    """A customer of the dialog."""

    customer: Customer
    dates: RenewalDates
    lines: list[Line]
    completes: BoundField


class RenewalsOrderForm(DroppingForm):
    """Number and date of the order, a number for each customer and product, a tick a customer.

    A tick that would drop something is asked about once more, as in the dialog of one customer.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        to_renew: Sequence[ToRenew],
        ordered_on: dt.date,
        latest: dt.date,
    ) -> None:
        initial: dict[str, object] = {
            "ordered_on": ordered_on,
            "seen": ";".join(f"{one.customer.vip_id}={rest_as_seen(one.rest)}" for one in to_renew),
        }
        super().__init__(data, initial=initial)
        self.to_renew = to_renew
        for one in to_renew:
            for product, left in one.lines:
                field = RenewedField(label=str(product), initial=left)
                field.widget.attrs["aria-label"] = _("Licenses of %(product)s for %(name)s") % {
                    "product": product,
                    "name": one.customer.name,
                }
                self.fields[_number(one.customer, product)] = field
            self.fields[_tick(one.customer)] = forms.BooleanField(
                label=completes_label(one.dates), required=False
            )
        first = min((one.dates.opens_on for one in to_renew), default=latest)
        self.bound_date(earliest=first, latest=latest)
        self.renewals: list[Renewal] = []

    @property
    def rows(self) -> list[Row]:
        """The customers with their fields."""
        return [
            Row(
                one.customer,
                one.dates,
                [Line(row, left, self[_number(one.customer, row)]) for row, left in one.lines],
                self[_tick(one.customer)],
            )
            for one in self.to_renew
        ]

    @property
    def seen_by_vip_id(self) -> dict[str, str]:
        """What this form has seen to be left of each customer's term."""
        parts = (part.partition("=") for part in self.cleaned_data["seen"].split(";"))
        return {vip_id: rest for vip_id, _equals, rest in parts}

    def clean(self) -> dict:
        """Ask for one license at least; name what the ticks drop."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        dropped = [words for one in self.to_renew if (words := self._take(one))]
        if not self.errors and not self.renewals:
            self.add_error(None, _("Enter how many licenses of at least one product are renewed."))
        if not self.errors:
            words = "; ".join(dropped)
            sentence = _("These licenses are not renewed and are removed: %(products)s.")
            self.ask_before_dropping(sentence % {"products": words}, words)
        return self.cleaned_data

    def _take(self, one: ToRenew) -> str:
        """Take what is renewed of a customer; return what its tick drops, from which day on."""
        numbers = {row.pk: self.cleaned_data[_number(one.customer, row)] for row, _n in one.lines}
        lines = [(row, numbers[row.pk]) for row, _left in one.lines if numbers[row.pk]]
        completes = self.cleaned_data[_tick(one.customer)]
        self._check_limits(one, lines)
        if lines:
            self.renewals.append(Renewal(one.customer, lines, completes))
        elif completes:
            sentence = _("An order completes a renewal only with at least one license.")
            self.add_error(_tick(one.customer), sentence)
        rest = [(row.name, left - numbers[row.pk]) for row, left in one.lines]
        words = products_in_words((name, left) for name, left in rest if left > 0)
        if not (completes and lines and words):
            return ""
        return _("%(name)s, after %(last)s: %(products)s") % {
            "name": one.customer.name,
            "last": long_date(one.dates.closes_on),
            "products": words,
        }

    def _check_limits(self, one: ToRenew, lines: Sequence[tuple[Product, int]]) -> None:
        """Say at its field what the verb would refuse: more than there can be of a product."""
        for product, number in lines:
            if number > product.most_licenses:
                sentence = _("At most %(most)d.") % {"most": product.most_licenses}
                self.add_error(_number(one.customer, product), sentence)


def _number(customer: Customer, product: Product) -> str:
    return f"renew_{customer.vip_id}_{product.pk}"


def _tick(customer: Customer) -> str:
    return f"completes_{customer.vip_id}"
