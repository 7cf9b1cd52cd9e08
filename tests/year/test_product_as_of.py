"""Random years, played day by day: any day looked at later, or ahead of time, shows the same.

Every evening what the product shows is kept, with the counts. Afterwards each of these evenings
is read as of its day, and from each day some days ahead are read that nothing happens before.
"""

from __future__ import annotations

import random
from copy import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from authorizations.night.run import run_night
from authorizations.orders.listing import History
from authorizations.rules import rollup
from authorizations.rules.facts import Facts
from authorizations.workbench.forecast import Forecast
from authorizations.workbench.listing import Workbench
from authorizations.worklist.listing import Worklist
from customers.models import Customer
from customers.standing import FILTERS
from customers.tally import rail_counts
from reseller_console.lib.earlier import as_recorded_by
from reseller_console.tenancy.models import Day
from tests.year.events import Terms
from tests.year.product import Played, Shop
from tests.year.random_years import CONSUMABLES, years_of_one_program
from tests.year.reading import views_of
from tests.year.test_product_random import compared_years

pytestmark = pytest.mark.django_db

AHEAD = (1, 31, 62, 120, 250, 365)
# Of the days: nights run on some, some evenings are looked at again, some days look ahead.
NIGHTS, EVENINGS, LOOKS = 0.1, 0.12, 0.03


def as_it_is(played: Played) -> Played:
    """Return a customer with what it has by now."""
    now = copy(played)
    now.authorizations = dict(played.authorizations)
    return now


def lists_on(shop: Shop, day: Day) -> dict[str, object]:
    """Return who is on which list, and the counts beside them."""
    by = shop.by
    everybody = Customer.objects.of(by)
    found: dict[str, object] = {
        entry.slug: sorted(everybody.standing(entry, day).values_list("pk", flat=True))
        for entry in FILTERS
    }
    found["rail"] = rail_counts(shop.reseller.pk, day)
    found["worklist"] = sorted(
        Worklist().authorizations(by, day).on(day.today).values_list("number", "status", "due_on")
    )
    found["renewals"] = sorted(Workbench().customers(by, day).values_list("pk", "term_ends_on"))
    found["forecast"] = Forecast(by, day, mine=False).between(date.min, date.max)
    found["anniversaries"] = sorted(everybody.shown_on(day).values_list("pk", "anniversary"))
    return found


def papers_on(shop: Shop) -> list[tuple[object, ...]]:
    """Return the orders of the history with their lines and what came back of each."""
    orders = History().orders(shop.by)
    return sorted(
        orders.values_list("number", "lines__quantity", "lines__returns__quantity"), key=str
    )


@pytest.mark.parametrize("number", range(2))
def test_an_evening_looks_the_same_from_any_later_day(number, open_shop, long_run) -> None:
    years = compared_years(shop := open_shop(terms_of(number), CONSUMABLES), number, long_run=False)
    rng = random.Random(number)  # noqa: S311 - nothing here is secret
    kept: dict[date, tuple] = {}
    for today in sorted(set().union(*(one.days for one in years))):
        day = shop.day(today)
        if number % 2 and rng.random() < NIGHTS:
            run_night(shop.reseller, today=today)
        for one in years:
            one.live(today)
        if rng.random() > EVENINGS:
            continue
        begun = [as_it_is(one.played) for one in years if one.recorded]
        views = views_of(shop, begun, day)
        kept[today] = (lists_on(shop, day), papers_on(shop), begun, views)
    shop.day(today + timedelta(days=1))
    for then, (lists, papers, begun, views) in kept.items():
        day = replace(shop.reseller.day(then), is_past=True)
        with as_recorded_by(then):
            assert lists_on(shop, day) == lists, then
            assert papers_on(shop) == papers, then
            assert views_of(shop, begun, day) == views, then


@pytest.mark.parametrize("number", range(2))
def test_a_day_ahead_looks_as_it_will_when_nothing_happens(number, open_shop) -> None:
    years = compared_years(shop := open_shop(terms_of(number), CONSUMABLES), number, long_run=False)
    rng = random.Random(number)  # noqa: S311 - nothing here is secret
    for today in sorted(set().union(*(one.days for one in years))):
        day = shop.day(today)
        for one in years:
            one.live(today)
        if rng.random() > LOOKS:
            continue
        for days in AHEAD:
            later = shop.reseller.day(day.after(days))
            from_here = lists_on(shop, later)
            for pk, facts in true_facts(shop, later).items():
                row = Customer.objects.filter(pk=pk)
                for entry in FILTERS:
                    assert row.standing(entry, later).exists() == (pk in from_here[entry.slug])
                stored = Facts(*row.values_list(*Facts._fields).get())
                assert stored.answers(later) == facts.answers(later), (today, days)


def true_facts(shop: Shop, day: Day) -> dict[int, Facts]:
    """Return the rollup facts as they are computed on a day from what is recorded by now."""
    with connection.cursor() as cursor:
        names = ", ".join(f"fact.{name}" for name in Facts._fields)
        cursor.execute(
            f"WITH {rollup.facts()} SELECT id, {names} FROM fact",
            rollup.parameters(shop.reseller, day=day),
        )
        return {pk: Facts(*row) for pk, *row in cursor.fetchall()}


def terms_of(number: int) -> list[Terms]:
    """Return the program terms of a program of random years."""
    return years_of_one_program(number, 1)[0].year.terms
