"""What a calendar feed is about: open purchase authorizations (PA), and terms that end.

A number of queries that does not depend on how many there are, and never more rows than asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum

from authorizations.models import PurchaseAuthorization
from authorizations.rules.renewals import Rest, left_of
from authorizations.rules.status import STOPS
from authorizations.worklist.listing import Worklist
from customers.customer_list.listing import Listing
from customers.models import Customer
from customers.standing import ALL, BY_SLUG, Filter, renewal_to_come
from reseller_console.accounts.models import CalendarFeed
from reseller_console.tenancy.models import Day, Window


@dataclass(frozen=True)
class Span:
    """The days a feed tells of: a while back, and somewhat more than a year ahead."""

    first: dt.date
    last: dt.date

    def __contains__(self, date: dt.date) -> bool:
        """Whether a date is told of."""
        return self.first <= date <= self.last


def span_of(day: Day) -> Span:
    """Return the days a feed tells of when it is read on that day."""
    return Span(day.after(-60), day.after(400))


@dataclass(frozen=True)
class Purchase:
    """A PA whose order is awaited."""

    authorization: PurchaseAuthorization
    customer: Customer
    licenses: int


@dataclass(frozen=True)
class Term:
    """A customer's term that ends at an anniversary date, and what is left to renew of it."""

    customer: Customer
    anniversary_on: dt.date
    opens_on: dt.date
    closes_on: dt.date
    licenses: int
    # Whether it is the term that the customer is in.
    current: bool


def _choice(feed: CalendarFeed) -> tuple[Filter, bool]:
    """Return the filter of the left rail, and whether only the owner's own customers count."""
    return BY_SLUG.get(feed.show, ALL), feed.scope == CalendarFeed.Scope.MANAGED


# The rest of a row, as wide as it is, is for other pages.
_READ = (
    *("number", "created_on", "counts_to", "anniversary_day", "due_on", "suspends_on"),
    *("lapses_on", "usable_until_on", "customer__vip_id", "customer__name"),
)


def purchases(feed: CalendarFeed, day: Day, span: Span, *, most: int) -> Iterator[Purchase]:
    """Yield the open PAs whose licenses did not stop before the span, by due date; one query."""
    show, mine = _choice(feed)
    rows = Worklist(mine=mine).authorizations(feed.user, day).on(day.today)
    rows = rows.exclude(STOPS.reached(span.first - dt.timedelta(days=1)))
    if show is not ALL:
        rows = rows.filter(customer__in=Listing(show=show).customers(feed.user, day))
    rows = rows.annotate(licenses=Sum("lines__quantity")).select_related("customer").only(*_READ)
    for row in rows.order_by("due_on", "id")[:most]:
        yield Purchase(row, row.customer, row.licenses)


def terms(feed: CalendarFeed, day: Day, span: Span, *, most: int) -> Iterator[Term]:
    """Yield the terms that end within the span or have something to renew; three queries.

    An invitation that was withdrawn ends the wait for a date, unless something was bought.
    """
    window = day.terms.renewal_window
    # A window that is over is none any more; one is told of before it opens.
    near = day.ready_span()[0], span.last - dt.timedelta(window.first)
    ends = Q(anniversary__range=(span.first, span.last), withdrawn_at__isnull=True)
    show, mine = _choice(feed)
    rows = Listing(show=show, mine=mine).customers(feed.user, day).shown_on(day)
    rows = rows.annotate(coming=renewal_to_come(day))
    rows = rows.filter(Q(coming__range=near) | ends)
    rows = rows.only("vip_id", "name")
    customers: list[Any] = list(rows.order_by("anniversary", "pk")[:most])
    renewals = {row.pk: row.coming for row in customers if _is_within(row.coming, near)}
    left = left_of(feed.reseller, renewals.items())
    for row in customers:
        renewal = renewals.get(row.pk)
        rest = left.get((row.pk, renewal)) if renewal else None
        yield from _terms_of(row, renewal if rest else None, rest, window)


def _is_within(date: dt.date | None, dates: tuple[dt.date, dt.date]) -> bool:
    first, last = dates
    return date is not None and first <= date <= last


def _terms_of(
    customer: Customer, renewal_on: dt.date | None, rest: Rest | None, window: Window
) -> Iterator[Term]:
    """Yield the term a customer is in, and the one with something to renew: mostly the same."""
    number = sum(number for number, _product in rest.lines) if rest else 0
    for date in sorted({date for date in (customer.anniversary, renewal_on) if date}):
        opens_on, closes_on = window.around(date)
        licenses = number if date == renewal_on else 0
        current = date == customer.anniversary
        yield Term(customer, date, opens_on, closes_on, licenses=licenses, current=current)
