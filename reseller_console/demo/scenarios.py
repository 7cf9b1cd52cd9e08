"""The edges: for every state and every day on which something changes, customers who are there.

Each scenario is told for a day of its own, counted from today and the program's terms.
"""

from __future__ import annotations

import datetime as dt

from authorizations.night.ladders import PURCHASES
from authorizations.rules.status import GONE, STOPS
from notifications.delivery import Delivery
from reseller_console.demo.beginning import COPIES, Scenario, customer, holder
from reseller_console.demo.of_the_year import OF_THE_YEAR
from reseller_console.demo.teller import Teller
from reseller_console.lib.calendar import YEAR, add_months, custom_anniversary_bounds
from reseller_console.tenancy.models import Segment


def tell_all(teller: Teller) -> None:
    """Tell every scenario."""
    for scenario in SCENARIOS:
        scenario(teller)


def authorizations_around_each_date(teller: Teller) -> None:
    """A first PA on the day before, the day and the day after each step of the ladder."""
    steps = [kind.on for kind in PURCHASES.kinds if kind.on != GONE]
    dates = {teller.created_for(edge, on) for edge in steps for on in _around(teller)}
    for created_on in sorted({*dates, teller.today}):
        if created_on <= teller.today:
            life = customer(teller, (teller.today - created_on).days + 28)
            teller.authorize(life, created_on)


def _around(teller: Teller) -> list[dt.date]:
    """Return tomorrow, today and yesterday."""
    return [teller.ago(days) for days in (-1, 0, 1)]


def authorizations_that_lapse(teller: Teller) -> None:
    """Suspended PAs whose anniversary date + 31 is tomorrow, today and yesterday."""
    long_ago = dt.timedelta(days=teller.books.day.terms.suspended_after_days + 20)
    for on in _around(teller):
        anniversary = teller.anniversary_rolling(on)
        teller.authorize(holder(teller, anniversary), anniversary - long_ago)


def authorizations_that_lapse_straight(teller: Teller) -> None:
    """PAs dated shortly before the anniversary date: from Overdue straight to Lapsed."""
    for on in _around(teller):
        created_on = teller.created_for(STOPS, on)
        teller.authorize(holder(teller, created_on + dt.timedelta(days=20)), created_on)


def anniversaries_around_each_day(teller: Teller) -> None:
    """Something to renew, on the days around each end of Upcoming and Ready."""
    day = teller.books.day
    ends = (*day.upcoming_span(), *day.ready_span(), day.today)
    dates = {end + dt.timedelta(days=days) for end in ends for days in (-1, 0, 1)}
    rolled = {teller.anniversary_rolling(on) for on in _around(teller)}
    for anniversary in sorted(dates | rolled):
        holder(teller, anniversary)


def anniversaries_at_the_end_of_a_month(teller: Teller) -> None:
    """Anniversary dates born on day 29, 30 and 31, also on 29 February."""
    for day in (29, 30, 31):
        start = _latest_day_of_month(teller.ago(40), day)
        holder(teller, add_months(start, YEAR))
    leap_day = _latest_leap_day(teller.ago(400))
    life = teller.life(leap_day - dt.timedelta(days=9), manager=teller.books.managers[0])
    life.accept(leap_day - dt.timedelta(days=1))
    authorization = teller.authorize(life, leap_day)
    life.order([authorization], leap_day + dt.timedelta(days=5))


def _latest_day_of_month(before: dt.date, day: int) -> dt.date:
    while before.day != day:
        before -= dt.timedelta(days=1)
    return before


def _latest_leap_day(before: dt.date) -> dt.date:
    while (before.month, before.day) != (2, 29):
        before -= dt.timedelta(days=1)
    return before


def purchases_near_the_anniversary(teller: Teller) -> None:
    """PAs shortly before, on and after the date; more bought after everything was renewed."""
    life = holder(teller, teller.ago(-10))
    life.renew(teller.ago(12), life.to_renew(teller.ago(-10)))
    late = teller.authorize(life, teller.ago(6))
    life.order([late], teller.ago(3))

    life = holder(teller, teller.ago(5))
    teller.authorize(life, teller.ago(15))

    life = holder(teller, teller.ago(5))
    ordered = teller.authorize(life, teller.ago(15))
    life.order([ordered], teller.today)

    for days in (5, 3):
        life = holder(teller, teller.ago(5))
        teller.authorize(life, teller.ago(days))

    life = holder(teller, teller.ago(90))
    lapsed = teller.authorize(life, teller.ago(180))
    life.order([lapsed], teller.ago(20))


def settled_authorizations(teller: Teller) -> None:
    """Cancelled and returned, in whole and in part; the date cleared, kept and set again."""
    for _ in range(COPIES):
        life = customer(teller)
        life.cancel(teller.authorize(life, teller.ago(20)), teller.ago(12))

        life = customer(teller)
        order = life.order([teller.authorize(life, teller.ago(25))], teller.ago(20))
        life.give_back(order, teller.ago(8))

    life = customer(teller)
    first = teller.authorize(life, teller.ago(50))
    second = teller.authorize(life, teller.ago(28))
    life.order([first], teller.ago(24))
    life.cancel(second, teller.ago(20))
    teller.authorize(life, teller.ago(5))

    life = customer(teller)
    lines = dict.fromkeys(teller.lines(life, 1), 120)
    order = life.order([teller.authorize(life, teller.ago(22), lines)], teller.ago(15))
    life.give_back(order, teller.ago(4), quantity=20)

    life = customer(teller)
    life.cancel(teller.authorize(life, teller.ago(30)), teller.ago(25))
    teller.authorize(life, teller.ago(10))


def several_at_once(teller: Teller) -> None:
    """Pending beside overdue, past due while ready for renewal, one order for two PAs."""
    for _ in range(COPIES):
        life = customer(teller)
        teller.authorize(life, teller.ago(35))
        teller.authorize(life, teller.ago(25))

        life = holder(teller, teller.ago(-15))
        teller.authorize(life, teller.ago(40))

    life = customer(teller)
    pair = [teller.authorize(life, teller.ago(days)) for days in (21, 16)]
    life.order(pair, teller.ago(11))


def custom_anniversaries(teller: Teller) -> None:
    """Custom dates: nothing bought yet, bought, the longest of each segment, over already."""
    for segment in Segment:
        months = segment.longest_first_term_months
        _, longest = custom_anniversary_bounds(teller.ago(3), longest_months=months)
        teller.life(teller.ago(3), segment=segment.value, custom_on=longest)
        shortest, _ = custom_anniversary_bounds(teller.ago(100), longest_months=months)
        life = customer(teller, 100, segment=segment.value, custom_on=shortest)
        life.order([teller.authorize(life, teller.ago(70))], teller.ago(66))
    for days in (40, -5, -60):
        custom_on = teller.ago(days)
        invited_days_ago = days + 600
        customer(teller, invited_days_ago, custom_on=custom_on)


def invitations(teller: Teller) -> None:
    """Each state of an invitation, on the days around the end of the link."""
    days = teller.books.day.terms.invitation_days
    for age in (0, 1, days - 1, days, days + 1, days + 2, 200):
        teller.life(teller.ago(age))
    for _ in range(COPIES):
        teller.life(teller.ago(3)).accept(teller.ago(1))
        teller.life(teller.ago(50)).resend(teller.ago(5))
        teller.life(teller.ago(40)).withdraw(teller.ago(10))
        teller.life(teller.ago(days + 5))
        expired = teller.life(teller.ago(days + 9))
        teller.authorize(expired, teller.ago(12))
    revived = teller.life(teller.ago(60))
    revived.withdraw(teller.ago(30))
    revived.resend(teller.ago(2))


def delivery_states(teller: Teller) -> None:
    """Invitations whose emails ended in every way an email can."""
    for state in Delivery:
        for days in range(COPIES):
            teller.life(teller.ago(days), became=state, manager=teller.books.managers[days % 2])


SCENARIOS: tuple[Scenario, ...] = (
    authorizations_around_each_date,
    authorizations_that_lapse,
    authorizations_that_lapse_straight,
    anniversaries_around_each_day,
    anniversaries_at_the_end_of_a_month,
    purchases_near_the_anniversary,
    settled_authorizations,
    several_at_once,
    custom_anniversaries,
    invitations,
    delivery_states,
    *OF_THE_YEAR,
)
