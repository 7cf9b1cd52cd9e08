"""The left rail: the one place that turns rollup facts and today into filters and counts.

A customer row carries dates, no statuses ("past due from this day until that day, if
nothing else happens"). Each filter is an interval test of today against these dates; its
count is the same test against the tally of the dates (`customers.tally`). The two stand side
by side in each filter so that they cannot drift apart; the nightly job compares them all the
same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reseller_console.tenancy.models import Day

# The rollup facts a tally is kept of; the triggers are generated from this list.
FACTS = (
    "invited_on",
    "no_products_from_on",
    "pending_until_on",
    "past_due_from_on",
    "past_due_until_on",
    "renewal_on",
)


Bounds = tuple[str, dt.date | None, dt.date | None]


@dataclass(frozen=True)
class Filter:
    """One entry of the left rail.

    `holds` is the condition on a customer row. `tests` says the same for counting: the facts
    that must lie between two dates (either side may be open). `less` gives those to take off
    again: customers past the end of a span whose beginning is a fact of its own.
    """

    slug: str
    label: str | Promise
    meaning: str | Promise
    advice: str | Promise
    holds: Callable[[Day], Q]
    tests: Callable[[Day], list[Bounds]]
    less: Callable[[Day], list[Bounds]] = lambda day: []

    def when(self, day: Day) -> Q:
        """Return the condition on a customer row for this filter on that day."""
        return self.holds(day)


FILTERS = (
    Filter(
        slug="",
        label=_("All Customers"),
        meaning=_("Every customer of your organization."),
        advice=_("Invite the first one with “Add Customer Organization”."),
        holds=lambda day: Q(),
        tests=lambda day: [("invited_on", None, None)],
    ),
    Filter(
        slug="no-products",
        label=_("No Products"),
        meaning=_(
            "Invited, but nothing to use today: nothing was requested yet, or all of it was"
            " cancelled, returned or has lapsed."
        ),
        advice=_("Open a customer and create a purchase authorization to get them started."),
        holds=lambda day: Q(no_products_from_on__lte=day.today),
        tests=lambda day: [("no_products_from_on", None, day.today)],
    ),
    Filter(
        slug="pending",
        label=_("Pending Requests"),
        meaning=_("Licenses are in use on a purchase authorization whose order is not due yet."),
        advice=_("Place the order before its due date and record it here."),
        holds=lambda day: Q(pending_until_on__gte=day.today),
        tests=lambda day: [("pending_until_on", day.today, None)],
    ),
    Filter(
        slug="past-due",
        label=_("Past Due Requests"),
        meaning=_(
            "The order of a purchase authorization is late. No further one can be created, and"
            " the licenses stop working when it is suspended."
        ),
        advice=_("Place the late order and record it; everything works again at once."),
        holds=lambda day: Q(past_due_from_on__lte=day.today, past_due_until_on__gte=day.today),
        tests=lambda day: [("past_due_from_on", None, day.today)],
        less=lambda day: [("past_due_until_on", None, day.after(-1))],
    ),
    Filter(
        slug="upcoming",
        label=_("Upcoming Renewals"),
        meaning=_("The renewal window opens soon and there is something to renew."),
        advice=_("Tell these customers what is coming, so that the order is ready in time."),
        holds=lambda day: Q(renewal_on__range=day.upcoming_span()),
        tests=lambda day: [("renewal_on", *day.upcoming_span())],
    ),
    Filter(
        slug="ready",
        label=_("Ready for Renewal"),
        meaning=_("The renewal window is open and something is not renewed yet."),
        advice=_("Place the renewal order before the window closes; what is left then is removed."),
        holds=lambda day: Q(renewal_on__range=day.ready_span()),
        tests=lambda day: [("renewal_on", *day.ready_span())],
    ),
)
BY_SLUG = {entry.slug: entry for entry in FILTERS}
ALL, NO_PRODUCTS, PENDING, PAST_DUE, UPCOMING, READY = FILTERS


def is_requested(today: dt.date) -> Q:
    """Return whether a customer has itself requested something that awaits its order."""
    return Q(requested_until_on__gte=today)
