"""The left rail: the one place that turns rollup facts and today into filters and counts.

A customer row carries dates, no statuses ("past due from this day until that day, if
nothing else happens"). Each filter is an interval test of today against these dates; its
count sums the tally of the dates over the same bounds (`customers.tally`), which are stated
once; the nightly job compares the two all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Case, F, Q, When
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers import standing_reasons as reasons
from customers.direct_orders import NOT_BY_AUTHORIZATION, ORDER_DIRECTLY
from customers.standing_reasons import NOT_NAMED, Held, Named
from reseller_console.lib.reasons import Reason
from reseller_console.tenancy.models import Day

# The rollup facts a tally is kept of; the triggers, in the migrations, name the same.
FACTS = (
    "invited_on",
    "products_from_on",
    "no_products_from_on",
    "pending_until_on",
    "past_due_from_on",
    "past_due_until_on",
    "past_due_again_from_on",
    "past_due_again_until_on",
    "renewal_on",
    "next_renewal_on",
)


# What a tally is kept of besides, in licenses: at which date, and how many of them.
LICENSES_TO_RENEW = "licenses_to_renew"
RENEWALS = ("renewal_on", "next_renewal_on")
MEASURES = (
    (LICENSES_TO_RENEW, "renewal_on", "renewal_licenses"),
    (LICENSES_TO_RENEW, "next_renewal_on", "next_renewal_licenses"),
)


# A fact and the first and last date between which it lies; either side may be open.
Dates = tuple[str, dt.date | None, dt.date | None]


class Bounds(Protocol):
    """What a filter asks about a customer's facts: as a condition, and as sums over the tally."""

    def condition(self) -> Q:
        """Return the condition on a customer row."""
        ...

    def sums(self) -> tuple[list[Dates], list[Dates]]:
        """Return the dates whose customers are counted, and those taken off again."""
        ...

    def held(self, row: Any) -> tuple[str, ...]:
        """Return the facts of a row in hand by which it holds, none where it does not."""
        ...


@dataclass(frozen=True)
class Within:
    """One fact lies between two dates."""

    fact: str
    first: dt.date | None = None
    last: dt.date | None = None

    def condition(self) -> Q:
        """Return the condition on a customer row."""
        if self.first is not None and self.last is not None:
            return Q(**{f"{self.fact}__range": (self.first, self.last)})
        if self.first is not None:
            return Q(**{f"{self.fact}__gte": self.first})
        # A fact that every customer has needs no test where both sides are open.
        return Q(**{f"{self.fact}__lte": self.last}) if self.last is not None else Q()

    def sums(self) -> tuple[list[Dates], list[Dates]]:
        """Return the dates whose customers are counted; nothing is taken off."""
        return [(self.fact, self.first, self.last)], []

    def held(self, row: Any) -> tuple[str, ...]:
        """Return the fact if its date of a row lies between."""
        date = getattr(row, self.fact)
        first, last = self.first or dt.date.min, self.last or dt.date.max
        return (self.fact,) if date is not None and first <= date <= last else ()


@dataclass(frozen=True)
class During:
    """A day lies in a span whose beginning and end are a fact each; the end is never earlier."""

    begin: str
    end: str
    day: Day

    def condition(self) -> Q:
        """Return the condition on a customer row."""
        today = self.day.today
        return Q(**{f"{self.begin}__lte": today, f"{self.end}__gte": today})

    def sums(self) -> tuple[list[Dates], list[Dates]]:
        """Return the spans that have begun, and those that are over by then."""
        return [(self.begin, None, self.day.today)], [(self.end, None, self.day.after(-1))]

    def held(self, row: Any) -> tuple[str, ...]:
        """Return both facts if the day lies in the span of a row."""
        first, last = getattr(row, self.begin), getattr(row, self.end)
        holds = first is not None and first <= self.day.today <= last
        return (self.begin, self.end) if holds else ()


@dataclass(frozen=True)
class Either:
    """One of two holds; never both of them on one day."""

    one: Bounds
    other: Bounds

    def condition(self) -> Q:
        """Return the condition on a customer row."""
        return self.one.condition() | self.other.condition()

    def sums(self) -> tuple[list[Dates], list[Dates]]:
        """Return the dates of both."""
        counted, over = self.one.sums()
        also_counted, also_over = self.other.sums()
        return [*counted, *also_counted], [*over, *also_over]

    def held(self, row: Any) -> tuple[str, ...]:
        """Return the facts of the one that holds."""
        return self.one.held(row) or self.other.held(row)


def _holds_nothing(day: Day) -> Bounds:
    """Return who holds nothing today: from some day on, or until some day to come."""
    return Either(
        Within("no_products_from_on", last=day.today),
        Within("products_from_on", first=day.after(1)),
    )


def _is_past_due(day: Day) -> Bounds:
    """Return who is past due today: in the first span, or in the one after a break.

    A break needs program terms that changed while a PA was pending. Two of them at once do not
    happen: a PA lapses no sooner than after twice its due days, so that another change would
    have to come within the due days of the first, and more than double them again.
    """
    return Either(
        During("past_due_from_on", "past_due_until_on", day),
        During("past_due_again_from_on", "past_due_again_until_on", day),
    )


def _renews(span: tuple[dt.date, dt.date]) -> Bounds:
    """Return who has something to renew at an anniversary date in a span shorter than a term."""
    return Either(Within("renewal_on", *span), Within("next_renewal_on", *span))


def common(one: Bounds, other: Bounds) -> Bounds:
    """Return who is within both, of one filter under two sets of terms on the same day.

    Of two alternatives each with its like: facts of one customer that are alternatives lie a term
    apart, and so do not cross. Raises NotImplementedError for bounds of another kind or fact.
    """
    if one.sums() == other.sums():
        return one
    if isinstance(one, Either) and isinstance(other, Either):
        return Either(common(one.one, other.one), common(one.other, other.other))
    if isinstance(one, Within) and isinstance(other, Within) and one.fact == other.fact:
        firsts = [date for date in (one.first, other.first) if date is not None]
        lasts = [date for date in (one.last, other.last) if date is not None]
        return Within(one.fact, max(firsts, default=None), min(lasts, default=None))
    raise NotImplementedError(f"{one} and {other}")


@dataclass(frozen=True)
class Filter:
    """One entry of the left rail; `bounds` says on a day who is in it."""

    slug: str
    label: str | Promise
    meaning: str | Promise
    advice: str | Promise
    bounds: Callable[[Day], Bounds]
    # Why a row is in it, by the facts that put it there.
    explains: Callable[[Any, Held, Day, Named], Reason]
    # What else to know before acting; shown with the meaning.
    note: str | Promise = ""

    def when(self, day: Day) -> Q:
        """Return the condition on a customer row for this filter on that day."""
        return self.bounds(day).condition()

    def reason(self, row: Any, day: Day, named: Named = NOT_NAMED) -> Reason | None:
        """Return why a row is in this filter on that day, and until when; None where it is not."""
        held = self.bounds(day).held(row)
        return self.explains(row, held, day, named) if held else None


FILTERS = (
    Filter(
        slug="",
        label=_("All Customers"),
        meaning=_("Every customer of your organization."),
        advice=_("Invite the first one with “Add Customer Organization”."),
        bounds=lambda day: Within("invited_on"),
        explains=reasons.everyone,
    ),
    Filter(
        slug="no-products",
        label=_("No Products"),
        meaning=_(
            "Invited, but nothing to use today: nothing was requested yet, or all of it was"
            " cancelled, returned or has lapsed."
        ),
        advice=_("Open a customer and create a purchase authorization to get them started."),
        note=format_lazy("{} {}", NOT_BY_AUTHORIZATION, ORDER_DIRECTLY),
        bounds=_holds_nothing,
        explains=reasons.no_products,
    ),
    Filter(
        slug="pending",
        label=_("Pending Requests"),
        meaning=_("Licenses are in use on a purchase authorization whose order is not due yet."),
        advice=_("Place the order before its due date and record it here."),
        bounds=lambda day: Within("pending_until_on", first=day.today),
        explains=reasons.pending,
    ),
    Filter(
        slug="past-due",
        label=_("Past Due Requests"),
        meaning=_(
            "The order of a purchase authorization is late. No further one can be created, and"
            " the licenses stop working when it is suspended."
        ),
        advice=_("Place the late order and record it; everything works again at once."),
        bounds=_is_past_due,
        explains=reasons.past_due,
    ),
    Filter(
        slug="upcoming",
        label=_("Upcoming Renewals"),
        meaning=_("The renewal window opens soon and there is something to renew."),
        advice=_("Notify these customers, so that the order is ready in time."),
        bounds=lambda day: _renews(day.upcoming_span()),
        explains=reasons.upcoming,
    ),
    Filter(
        slug="ready",
        label=_("Ready for Renewal"),
        meaning=_("The renewal window is open and something is not renewed yet."),
        advice=_("Place the renewal order before the window closes; what is left then is removed."),
        bounds=lambda day: _renews(day.ready_span()),
        explains=reasons.ready,
    ),
)
BY_SLUG = {entry.slug: entry for entry in FILTERS}
# Those that code elsewhere asks about.
ALL = BY_SLUG[""]
NO_PRODUCTS, PENDING, PAST_DUE = BY_SLUG["no-products"], BY_SLUG["pending"], BY_SLUG["past-due"]
UPCOMING, READY = BY_SLUG["upcoming"], BY_SLUG["ready"]


def renewal_is_over(day: Day) -> Q:
    """Return who has another renewal to come, while the one before is over and no night has run."""
    first_open, _last = day.ready_span()
    return Q(renewal_on__lt=first_open, next_renewal_on__isnull=False)


def renews_within(first: dt.date, last: dt.date) -> Q:
    """Return who has something to renew at an anniversary date in a span, over or not."""
    return _renews((first, last)).condition()


def renewal_to_come(day: Day) -> Case:
    """Return the anniversary date of a customer's renewal that is not over."""
    return Case(When(renewal_is_over(day), then=F("next_renewal_on")), default=F("renewal_on"))


def is_requested(today: dt.date) -> Q:
    """Return whether a customer has itself requested something that awaits its order."""
    return Q(requested_until_on__gte=today)
