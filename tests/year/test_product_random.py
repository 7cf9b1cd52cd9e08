"""Random years, played with the product's verbs: on every day it shows what the naive model says.

No night runs in half of them; in the others nights run on some days, and find nothing to repair.
The suite plays a dozen years, which were two dozen, and compares them around the days on which
anything changes; with `--all` there are 10,000, compared on every day of three years.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from authorizations import invariants
from authorizations.night.run import run_night
from authorizations.rules import rollup
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused
from tests.year.edges import days_of
from tests.year.events import Event
from tests.year.naive import View
from tests.year.product import Played, Shop, as_in_the_model
from tests.year.random_years import CONSUMABLES, LASTS, Writer, years_of_one_program
from tests.year.reading import view_of, views_of, wrong_counts

FEW, SUITE = 3, 4  # years in a program, programs
MANY, ALL = 50, 200
REFUSALS = 3  # tried in a year of the suite
NIGHTS = 0.05  # of the days
PAGES = 40  # a customer's page is looked at every so many days

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each program, as many as were asked for."""
    if "program_number" in metafunc.fixturenames:
        programs = ALL if metafunc.config.getoption("--all") else SUITE
        metafunc.parametrize("program_number", range(programs))


@dataclass
class Compared:
    """A year, both as the naive model has it and as it is played, and the days to compare."""

    written: Writer
    played: Played
    days: set[date]
    tries: dict[int, list[tuple[Event, str]]] = field(default_factory=dict)
    recorded: int = 0

    def live(self, today: date) -> list[str]:
        """Let happen what happens on a day; return what is refused otherwise than it should be."""
        events, wrong = self.written.year.events, []
        while self.recorded < len(events) and events[self.recorded].on == today:
            wrong += self.refused_otherwise(today)
            event = events[self.recorded]
            try:
                self.played.record(event)
            except ActionRefused as refused:
                wrong.append(f"{event} is refused: {refused.code}, {refused}")
            self.recorded += 1
        return wrong + self.refused_otherwise(today)

    def refused_otherwise(self, today: date) -> list[str]:
        """Try what the model refused at this point; return what the product does not, or not so."""
        tried = [row for row in self.tries.get(self.recorded, ()) if row[0].on == today]
        wrong = []
        for event, code in tried:
            self.tries[self.recorded].remove((event, code))
            if (found := self.played.refusal(event)) != as_in_the_model(code):
                wrong.append(f"{event}: by the model {code}, by the verb {found}")
        return wrong


def compared_years(shop: Shop, number: int, *, long_run: bool) -> list[Compared]:
    """Return the years of a program, with what is compared of them."""
    years = []
    for written in years_of_one_program(number, MANY if long_run else FEW):
        days = set(days_of(written.year))
        if long_run:
            days |= {written.begins + timedelta(days=n) for n in range(LASTS.days)}
        one = Compared(written, Played(shop), days)
        some = random.Random(number).sample(  # noqa: S311 - nothing here is secret
            written.tried, min(REFUSALS, len(written.tried))
        )
        for after, event, code in some:
            one.tries.setdefault(after, []).append((event, code))
            one.days.add(event.on)
        years.append(one)
    return years


def test_the_product_shows_what_the_model_says(program_number, open_shop, long_run) -> None:
    first = years_of_one_program(program_number, 1)[0]
    shop = open_shop(first.year.terms, CONSUMABLES)
    years = compared_years(shop, program_number, long_run=long_run)
    with_nights = program_number % 2 == 1
    rng = random.Random(program_number)  # noqa: S311 - nothing here is secret
    for today in sorted(set().union(*(one.days for one in years))):
        day = shop.day(today)
        if with_nights and rng.random() < NIGHTS:
            assert run_night(shop.reseller, today=today).drift == 0, today
        wrong = [line for one in years for line in one.live(today)]
        begun = [one for one in years if one.recorded]
        wrong += differences(shop, begun, today)
        wrong += [str(row) for row in rollup.stale(shop.reseller, day=day) if row.drifted]
        assert not wrong, f"program {program_number}, {today}:\n" + "\n".join(wrong)
    assert all(one.recorded == len(one.written.year.events) for one in years)
    assert not any(rows for one in years for rows in one.tries.values())
    assert invariants.broken() == []
    assert run_night(shop.reseller, today=today).drift == 0


def differences(shop: Shop, years: list[Compared], today: date) -> list[str]:
    """Return where product and model differ on a day: the years, and the counts of all."""
    day = shop.day(today)
    views = views_of(shop, [one.played for one in years], day)
    wrong = wrong_counts(shop, views, day)
    for number, (one, shown) in enumerate(zip(years, views, strict=True)):
        # What is asked for all at once is, at times, held against one customer's page.
        if (today.toordinal() + number) % PAGES == 0 and (
            page := view_of(one.played, day)
        ) != shown:
            wrong += [f"year {number}, its page", *differing(page, shown)]
        if today in one.days:
            said = one.written.year.view(today)
            if shown != said:
                wrong += [f"year {number}", *differing(shown, said), *told(one, today)]
    return wrong


def differing(shown: View, said: View) -> Iterator[str]:
    """Yield what two views do not agree on."""
    for name, value in vars(said).items():
        if (found := getattr(shown, name)) != value:
            yield f"  {name}: by the model {value}, shown {found}"


def told(one: Compared, today: date) -> Iterator[str]:
    """Yield what has happened in a year, for whoever looks into a difference."""
    yield from (f"  {row}" for row in one.written.year.terms)
    yield from (f"  {event}" for event in one.written.year.events if event.on <= today)


def test_what_the_product_shows_wrongly_is_found(open_shop) -> None:
    [written] = years_of_one_program(3, 1)
    shop, today = open_shop(written.year.terms, CONSUMABLES), written.begins
    one = Compared(written, Played(shop), {today})
    del written.year.events[1:]
    assert one.live(today) == []
    assert differences(shop, [one], today) == []
    rows = Customer.objects.filter(pk=one.played.customer.pk)
    told = rows.values().get()
    wrong = [
        {"pending_until_on": today},
        {"past_due_from_on": today, "past_due_until_on": today},
        {"renewal_on": today},
        {"no_products_from_on": None},
        {"first_anniversary_on": today, "anniversary_day": 1},
    ]
    for facts in wrong:
        rows.update(**facts)
        assert differences(shop, [one], today), facts
        rows.update(**{name: told[name] for name in facts})
    assert differences(shop, [one], today) == []
