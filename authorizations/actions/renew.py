"""Record a renewal order from a form that has seen what is left to renew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from authorizations.actions.order import record_order
from authorizations.actions.placing import Renewal
from authorizations.models import Order
from authorizations.renewing.left import licenses_in, rest_as_seen
from authorizations.rules.dates import renewed_by
from authorizations.rules.renewals import Rest, TermKey, left_of
from customers.actions.frame import Work, acting_on
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day

_NAMED = 3


@dataclass(frozen=True)
class Recorded:
    """A renewal order, and how many licenses it left to renew by the customer's id."""

    order: Order
    left: dict[int, int]


def record_renewals(
    renewals: Sequence[Renewal],
    *,
    seen: Mapping[int, str],
    number: str,
    ordered_on: dt.date,
    by: User,
    day: Day,
) -> Recorded:
    """Record one renewal order for customers whose rest is still what was `seen` of it.

    `seen` is by the customer's id what `authorizations.renewing.left` makes of the rest: whoever
    has filled in "all that is left" means these numbers, and not twice as many after a colleague
    has recorded them. Raises ActionRefused with code "changed", or as `record_order` does.
    """
    with acting_on([row.customer for row in renewals], by=by, day=day) as work:
        before = _left(work, ordered_on)
        # Where the date is in no window the verb below says so.
        changed = [
            row
            for row in work.customers
            if row.pk in before and seen.get(row.pk) != rest_as_seen(before[row.pk])
        ]
        if changed:
            raise changed_since([row.name for row in changed])
        order = record_order(
            renewals=renewals, number=number, ordered_on=ordered_on, by=by, day=day
        )
        left = {pk: licenses_in(rest) for pk, rest in _left(work, ordered_on).items()}
    return Recorded(order, left)


def _left(work: Work, ordered_on: dt.date) -> dict[int, Rest | None]:
    """Return what is left of the term an order of that date renews, by the customer's id."""
    dates = [(row.pk, renewed_by(row, ordered_on, terms=work.day.terms)) for row in work.customers]
    terms: list[TermKey] = [(pk, date) for pk, date in dates if date]
    found = left_of(work.reseller, terms)
    return {term[0]: found.get(term) for term in terms}


def changed_since(names: Sequence[str]) -> ActionRefused:
    """Return the refusal of an order for customers whose rest is not what was seen of it."""
    shown = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        shown = _("%(names)s and %(more)d more") % {"names": shown, "more": len(names) - _NAMED}
    sentence = _(
        "What is left to renew has changed in the meantime: %(names)s. Nothing was recorded; check"
        " the numbers below."
    )
    return ActionRefused(sentence % {"names": shown}, code="changed")
