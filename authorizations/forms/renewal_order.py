"""Record a renewal order for one customer: what of its ending term, and what besides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.catalog.lines import MOST_LINES, LineRefused, as_renewal, faults
from authorizations.catalog.offer import Offer
from authorizations.emails import products_in_words
from authorizations.forms.lines import BLANK, LineForm, ProductOptions, rows_to_show
from authorizations.forms.order import OrderFacts
from authorizations.forms.quantities import RenewedField
from authorizations.models import Product
from authorizations.renewing.left import as_seen
from authorizations.renewing.terms import RenewalDates
from authorizations.rules.renewals import Owned
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.wording import long_date

_SHAPING = ("add", "remove")


def completes_label(dates: RenewalDates) -> str:
    """Return the words beside that tick."""
    return _(
        "This completes the renewal: licenses that are left are not renewed and are removed"
        " after %(last)s"
    ) % {"last": long_date(dates.closes_on)}


@dataclass(frozen=True)
class Renewed:
    """A product the term ends with: what became of its licenses, and the field for this order."""

    product: Product
    owned: Owned
    field: BoundField


class DroppingForm(OrderFacts):
    """A form whose tick drops licenses: it names them first, and asks once more."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    drops = forms.CharField(widget=forms.HiddenInput, required=False)

    def ask_before_dropping(self, sentence: str, dropped: str) -> None:
        """Ask unless the form was shown with the same to drop; nothing to ask for nothing."""
        if not dropped or self.cleaned_data["drops"] == dropped:
            return
        sent = cast(QueryDict, self.data).copy()
        sent["drops"] = dropped
        self.data = sent
        self.add_error(None, f"{sentence} {_('Send it again to confirm.')}")


class RenewalOrderForm(DroppingForm):
    """The whole dialog; `chosen` are its lines once all is right.

    The buttons *+* and *remove* send the form too: then nothing is judged, only kept. With the
    tick, what would be dropped is named first; sent again with the same numbers, it is done.
    """

    completes = forms.BooleanField(required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        customer: Customer,
        owned: Sequence[tuple[Product, Owned]],
        offer: Offer,
        dates: RenewalDates,
        today: dt.date,
        ordered_on: dt.date,
    ) -> None:
        sent = data if data is not None else QueryDict()
        self.shapes = any(name in sent for name in _SHAPING)
        judged = data is not None and not self.shapes
        self.customer, self.owned, self.dates, self.today = customer, owned, dates, today
        self.offer = offer
        initial = {"ordered_on": ordered_on, "seen": self._left()} | _numbers(owned)
        kept = {name: sent[name] for name in sent} if self.shapes else {}
        super().__init__(data if judged else None, initial=initial | kept)
        for product, _rest in owned:
            field = RenewedField(label=gettext_lazy("Licenses"))
            field.widget.attrs["aria-label"] = _("Licenses of %(product)s") % {"product": product}
            self.fields[_name(product)] = field
        self.fields["completes"].label = completes_label(dates)
        self.bound_date(earliest=dates.opens_on, latest=min(dates.closes_on, today))
        rows, list_of = rows_to_show(sent), ProductOptions(offer.all_families, refused=[])
        self.sent_lines = len(rows)
        self.lines = [
            LineForm(row, index=index, judged=judged, list_of=list_of)
            for index, row in enumerate(rows[:MOST_LINES] or [BLANK] * ("add" in sent))
        ]
        self.focus_line = len(self.lines) - 1 if "add" in sent else -1
        self.chosen: list[tuple[Product, int]] = []
        self.dropped = ""

    def _left(self) -> str:
        return as_seen((product.pk, rest.left) for product, rest in self.owned)

    @property
    def rows(self) -> list[Renewed]:
        """The products the term ends with, with their fields."""
        return [Renewed(product, rest, self[_name(product)]) for product, rest in self.owned]

    @property
    def may_add(self) -> bool:
        """Whether there is room for one more line."""
        return bool(self.offer.products) and len(self.lines) < MOST_LINES

    def clean(self) -> dict:
        """Judge every line alone, then all of them together, then what the tick drops."""
        super().clean()
        for line in self.lines:
            line.full_clean()
        numbered = list(enumerate(self._renewed() + self._others()))
        judge = as_renewal(
            self.customer, owned=[product.pk for product, _rest in self.owned], today=self.today
        )
        for fault in faults(((index, *line) for index, line in numbered), judge):
            self._at(fault, [line for _index, line in numbered])
        if self.errors or any(line.errors for line in self.lines):
            return self.cleaned_data
        self.chosen = [(product, number) for _index, (product, number) in numbered if number]
        if not self.chosen:
            self.add_error(None, _("Enter how many licenses of at least one product are renewed."))
        elif self.cleaned_data["completes"]:
            self._name_what_is_dropped()
        return self.cleaned_data

    def _renewed(self) -> list[tuple[Product, int | None]]:
        """Return the products of the term that have a number, or a wrong one."""
        found = [(product, self.cleaned_data.get(_name(product))) for product, _rest in self.owned]
        return [(product, number) for product, number in found if number != 0]

    def _others(self) -> list[tuple[Product, int | None]]:
        return [
            (line.cleaned_data["product"], line.cleaned_data.get("quantity"))
            for line in self.lines
            if "product" in line.cleaned_data
        ]

    def _name_what_is_dropped(self) -> None:
        """Ask once more before licenses are dropped; nothing to ask where none are left."""
        numbers = {product.pk: number for product, number in self.chosen}
        rest = [
            (product.name, max(owned.left - numbers.get(product.pk, 0), 0))
            for product, owned in self.owned
        ]
        self.dropped = products_in_words((name, left) for name, left in rest if left)
        self.ask_before_dropping(
            _("These licenses are not renewed and are removed after %(last)s: %(products)s.")
            % {"last": long_date(self.dates.closes_on), "products": self.dropped},
            self.dropped,
        )

    def is_valid(self) -> bool:
        """Whether the dialog and each of its lines are right."""
        return super().is_valid() and not any(line.errors for line in self.lines)

    def refuse(self, refusal: ActionRefused) -> None:
        """Show an action's refusal at its line, its field, or above the form."""
        if isinstance(refusal, LineRefused):
            self._at(refusal, self.chosen)
        else:
            super().refuse(refusal)

    def _at(self, fault: LineRefused, lines: Sequence[tuple[Product, int | None]]) -> None:
        product = lines[fault.line][0]
        others = [line for line in self.lines if line.cleaned_data.get("product") == product]
        if others:
            others[-1].add_error(fault.field, str(fault))
        else:
            self.add_error(_name(product), str(fault))


def _name(product: Product) -> str:
    return f"renew_{product.pk}"


def _numbers(owned: Sequence[tuple[Product, Owned]]) -> dict[str, object]:
    return {_name(product): rest.left or "" for product, rest in owned}
