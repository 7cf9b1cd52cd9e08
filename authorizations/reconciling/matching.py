"""What each line of a report is, compared with what is known: one line at a time, no statement.

A line that finds its purchase authorization (PA), the renewal or the direct order it stands for
is *matched*. An order is recorded whole: while one line of it is anything else, the matched ones
of it are held back, as nothing can be added to an order later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from authorizations.actions.placing import check_order_date
from authorizations.catalog.lines import check_direct_lines, check_renewal_lines
from authorizations.models import Outcome, Product, PurchaseAuthorization, ReportLine
from authorizations.reconciling.judging import (
    Found,
    No,
    as_the_verb_does,
    check_quantity,
    date_of,
    quantity_of,
    recorded,
    settled,
)
from authorizations.reconciling.known import Known
from authorizations.rules.dates import renewed_by
from authorizations.rules.status import Status
from customers.models import Customer
from reseller_console.lib.text import comparison_key, fold
from reseller_console.lib.wording import long_date


def compare(lines: Sequence[ReportLine], known: Known) -> list[Found]:
    """Return what each line is, in their order."""
    seen: dict[tuple[object, ...], int] = {}
    dates: dict[str, ReportLine] = {}
    judge = _Judge(known)
    found = []
    for line in lines:
        try:
            _refuse_unreadable(line, seen, dates)
            found.append(judge.found(line))
        except No as no:
            found.append(Found(line, no.outcome, no.explanation, **no.what))
    _find_missing(found)
    _hold_back(found)
    return found


def _refuse_unreadable(
    line: ReportLine, seen: dict[tuple[object, ...], int], dates: dict[str, ReportLine]
) -> None:
    """Raise for a line without sense, one that stands twice, and an order with two dates."""
    if line.fault:
        raise No(Outcome.REFUSED, line.fault)
    number = comparison_key(line.order_number)
    same = (
        *(number, line.ordered_on, line.authorization_number, comparison_key(line.po_number)),
        *(line.vip_id, fold(line.product), line.quantity),
    )
    if same in seen:
        raise No(Outcome.DUPLICATE, _("The same as line %(line)d.") % {"line": seen[same]})
    seen[same] = line.line
    first = dates.setdefault(number, line)
    if first.ordered_on != line.ordered_on and first.ordered_on:
        raise No(
            Outcome.REFUSED,
            _("Line %(line)d dates this order %(date)s.")
            % {"line": first.line, "date": long_date(first.ordered_on)},
        )


class _Judge:
    """Finds what lines stand for; a PA that has been found by what is on it is found once."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.order_of: dict[int, str] = {}
        self.taken: set[tuple[int, int, str]] = set()

    def found(self, line: ReportLine) -> Found:
        """Return a matched line, or one that is recorded already; raises No."""
        known = self.known
        customer = self._customer(line)
        product = self._product(line)
        if order := known.orders.get(comparison_key(line.order_number)):
            return recorded(line, order, known.lines[order.pk], customer, product)
        authorization = self._authorization(line, customer, product)
        if authorization is None:
            return self._without(line, customer, product)
        self._check(line, authorization, product)
        return Found(
            line,
            Outcome.MATCHED,
            _("Pays for %(number)s of %(name)s.")
            % {"number": authorization.number, "name": authorization.customer.name},
            authorization.customer,
            authorization,
            product,
        )

    def _customer(self, line: ReportLine) -> Customer | None:
        customer = self.known.customers.get(line.vip_id)
        if line.vip_id and customer is None:
            raise No(
                Outcome.UNKNOWN,
                _("No customer of yours has the VIP ID %(vip_id)s.") % {"vip_id": line.vip_id},
            )
        return customer

    def _product(self, line: ReportLine) -> Product | None:
        found = self.known.products.get(fold(line.product), []) if line.product else []
        if line.product and not found:
            raise No(
                Outcome.UNKNOWN,
                _("There is no product “%(text)s” in the catalog.") % {"text": line.product},
            )
        if len(found) > 1:
            raise No(
                Outcome.UNKNOWN,
                _("There are several products “%(text)s”; the offering has to be behind the name.")
                % {"text": line.product},
            )
        return found[0] if found else None

    def _authorization(
        self, line: ReportLine, customer: Customer | None, product: Product | None
    ) -> PurchaseAuthorization | None:
        if line.authorization_number:
            return self._by_number(line, customer)
        if line.po_number:
            rows = self.known.by_po.get(comparison_key(line.po_number), [])
            if customer is not None:
                rows = [row for row in rows if row.customer_id == customer.pk]
            if rows:
                return self._of_several(line, rows, product)
        if customer is None:
            raise No(
                Outcome.UNKNOWN,
                _("No PA that awaits an order has the PO number “%(po)s”.") % {"po": line.po_number}
                if line.po_number
                else _("The line names neither a PA, a PO number nor a VIP ID."),
            )
        rows = self.known.by_customer.get(customer.pk, []) if product else []
        offered = [row for row in rows if product and quantity_of(row, product)]
        return self._of_several(line, offered, product) if offered else None

    def _by_number(self, line: ReportLine, customer: Customer | None) -> PurchaseAuthorization:
        row = self.known.authorizations.get(line.authorization_number)
        if row is None:
            raise No(
                Outcome.UNKNOWN,
                _("There is no PA %(number)s here.") % {"number": line.authorization_number},
            )
        what = {"customer": row.customer, "authorization": row}
        if customer is not None and row.customer_id != customer.pk:
            raise No(
                Outcome.REFUSED,
                _("%(number)s belongs to %(name)s, not to the VIP ID of the line.")
                % {"number": row.number, "name": row.customer.name},
                **what,
            )
        if row.status not in (*Status.OPEN, Status.LAPSED):
            raise No(Outcome.REFUSED, settled(row), order=row.order, **what)
        return row

    def _of_several(
        self, line: ReportLine, rows: Sequence[PurchaseAuthorization], product: Product | None
    ) -> PurchaseAuthorization:
        """Return the one that fits best: of several alike the oldest that no line has taken."""
        number = comparison_key(line.order_number)
        free = [row for row in rows if self._is_free(row, number, product)] or list(rows)
        if product is None:
            if len(free) > 1:
                raise No(
                    Outcome.UNKNOWN,
                    _("Several PAs have the PO number “%(po)s”: %(numbers)s.")
                    % {"po": line.po_number, "numbers": ", ".join(row.number for row in free[:3])},
                )
            return free[0]
        exact = [row for row in free if quantity_of(row, product) == line.quantity]
        return (exact or free)[0]

    def _is_free(self, row: PurchaseAuthorization, number: str, product: Product | None) -> bool:
        taken = product is not None and (row.pk, product.pk, "") in self.taken
        return not taken and self.order_of.get(row.pk, number) == number

    def _check(self, line: ReportLine, row: PurchaseAuthorization, product: Product | None) -> None:
        """Raise unless the PA can be ordered as the line says."""
        what: dict[str, Any] = {
            "customer": row.customer,
            "authorization": row,
            "product": product,
        }
        number = comparison_key(line.order_number)
        if self.order_of.setdefault(row.pk, number) != number:
            raise No(
                Outcome.REFUSED,
                _("Another order of this file pays for %(number)s.") % {"number": row.number},
                **what,
            )
        check_quantity(line, row, product, what)
        today, ordered_on = self.known.day.today, date_of(line)
        as_the_verb_does(lambda: check_order_date(ordered_on, [row], today=today), what)
        if product is not None:
            if (row.pk, product.pk, "") in self.taken:
                sentence = _("%(product)s of %(number)s is on an earlier line of this file.")
                raise No(
                    Outcome.DUPLICATE, sentence % {"product": product, "number": row.number}, **what
                )
            self.taken.add((row.pk, product.pk, ""))

    def _without(
        self, line: ReportLine, customer: Customer | None, product: Product | None
    ) -> Found:
        """Return a line that renews, or buys what cannot be had by PA; raises No."""
        ordered_on = date_of(line)
        if customer is None or product is None or line.quantity is None:
            raise No(
                Outcome.UNKNOWN,
                _("Without a PA the line needs VIP ID, product and quantity."),
                customer=customer,
            )
        what: dict[str, Any] = {"customer": customer, "product": product}
        today, bought = self.known.day.today, [(product, line.quantity)]
        renews = self.known.renews(customer, product, ordered_on)
        if not renews and product.by_authorization:
            raise No(
                Outcome.UNKNOWN,
                _(
                    "%(name)s has no PA of %(product)s that awaits an order, and nothing of it"
                    " to renew."
                )
                % {"name": customer.name, "product": product},
                **what,
            )
        as_the_verb_does(lambda: check_order_date(ordered_on, [], today=today), what)
        if renews:
            anniversary = renewed_by(customer, ordered_on, terms=self.known.day.terms)
            owned = self.known.owned.get((customer.pk, anniversary or today), {})
            as_the_verb_does(
                lambda: check_renewal_lines(customer, bought, owned=owned, today=today), what
            )
            sentence = _("Renews %(product)s of %(name)s.")
        else:
            as_the_verb_does(lambda: check_direct_lines(customer, bought, today=today), what)
            sentence = _("%(name)s buys %(product)s directly, as it is not available by PA.")
        key = (-customer.pk, product.pk, comparison_key(line.order_number))
        if key in self.taken:
            raise No(
                Outcome.DUPLICATE,
                _("The order has an earlier line of %(product)s for %(name)s.")
                % {"product": product, "name": customer.name},
                **what,
            )
        self.taken.add(key)
        told = sentence % {"product": product, "name": customer.name}
        return Found(line, Outcome.MATCHED, told, renews=renews, **what)


def _find_missing(found: Sequence[Found]) -> None:
    """Say which PAs are named in part only."""
    named: dict[int, set[int | None]] = defaultdict(set)
    for one in found:
        if one.outcome == Outcome.MATCHED and one.authorization is not None:
            named[one.authorization.pk].add(one.product.pk if one.product else None)
    for one in found:
        row = one.authorization
        if one.outcome != Outcome.MATCHED or row is None or None in named[row.pk]:
            continue
        absent = [line for line in row.lines.all() if line.product_id not in named[row.pk]]
        if absent:
            one.outcome = Outcome.MISSING
            one.explanation = _(
                "%(number)s also has %(lines)s, which the file does not. A PA is ordered whole."
            ) % {"number": row.number, "lines": ", ".join(map(str, absent))}


def _hold_back(found: Sequence[Found]) -> None:
    """Hold back what is matched of an order that has another line to look at."""
    settled = {Outcome.MATCHED, Outcome.DUPLICATE}
    first: dict[str, Found] = {}
    for one in found:
        if one.outcome not in settled:
            first.setdefault(comparison_key(one.line.order_number), one)
    for one in found:
        cause = first.get(comparison_key(one.line.order_number))
        if one.outcome == Outcome.MATCHED and cause is not None:
            one.outcome = Outcome.HELD
            one.explanation = _(
                "%(matched)s Held back, as line %(line)d of the same order cannot be recorded."
            ) % {"matched": one.explanation, "line": cause.line.line}
