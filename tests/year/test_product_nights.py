"""Nights skipped, repeated, killed at any statement, two at once: random years end the same.

The same years are played several times, each in a shop of its own and with other nights.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from authorizations import invariants
from authorizations.models import NightlyRun, Notice
from authorizations.night.run import carry_out, run_night
from authorizations.rules.facts import Facts
from customers.models import Customer, CustomerEvent
from notifications.models import Email
from tests.year.edges import days_of
from tests.year.product import Played, Shop
from tests.year.random_years import CONSUMABLES, LASTS, Writer, years_of_one_program

YEARS = 2
# Further apart than this, two moves of an anniversary date may be told as one.
NIGHTS_EVERY = 60

Nights = Callable[[Shop, date, random.Random], None]
COLUMNS = (
    *Facts._fields,
    "first_anniversary_on",
    "anniversary_day",
    "custom_anniversary_on",
    "invitation_expires_on",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try one program in the suite, and many with `--all`."""
    if "program_number" in metafunc.fixturenames:
        programs = 40 if metafunc.config.getoption("--all") else 1
        metafunc.parametrize("program_number", range(1000, 1000 + programs))


class Killed(BaseException):
    """The process of a night is no more."""


@contextmanager
def killed_at(statement: int):
    """Kill a night before its so-and-so-many-th statement; rollbacks after that go through."""
    seen = iter(range(1_000_000))

    def execute(execute, sql, params, many, context):
        if next(seen) == statement:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def a_night(shop: Shop, today: date, rng: random.Random) -> None:
    """Run the night once."""
    assert run_night(shop.reseller, today=today).drift == 0


def twice(shop: Shop, today: date, rng: random.Random) -> None:
    """Run it again; there is nothing left to do."""
    a_night(shop, today, rng)
    run = run_night(shop.reseller, today=today)
    assert (run.drift, run.counts["written"], run.counts["moved"]) == (0, 0, 0)


def killed_first(shop: Shop, today: date, rng: random.Random) -> None:
    """Kill it somewhere, perhaps twice, and run it again."""
    for _ in range(rng.randint(1, 2)):
        kill(shop, today, rng)
    a_night(shop, today, rng)


def mostly_killed(shop: Shop, today: date, rng: random.Random) -> None:
    """Kill it somewhere, and leave it at that."""
    if rng.random() < 0.5:
        kill(shop, today, rng)
    elif rng.random() < 0.5:
        a_night(shop, today, rng)


def kill(shop: Shop, today: date, rng: random.Random) -> None:
    """Kill the night at some statement; a short one may be over before that."""
    try:
        with killed_at(rng.randint(3, 60)):
            a_night(shop, today, rng)
    except Killed:
        pass


def skipped(shop: Shop, today: date, rng: random.Random) -> None:
    """Run it at times."""
    if rng.random() < 0.4:
        a_night(shop, today, rng)


def none(shop: Shop, today: date, rng: random.Random) -> None:
    """Never run it."""


@dataclass(frozen=True)
class End:
    """What has become of the years, after a last night."""

    customers: list[tuple]
    anniversaries: list[list[tuple]]
    notices: list[list[tuple]]
    emails: list[list[tuple]]


def play(shop: Shop, writers: list[Writer], nights: Nights, rng: random.Random) -> End:
    """Play years with a night every so often, always on the same days, and one in the end."""
    played = [(Played(shop), list(writer.year.events)) for writer in writers]
    begins = min(writer.begins for writer in writers)
    every = {begins + timedelta(days=n) for n in range(0, LASTS.days + 400, NIGHTS_EVERY)}
    # Also where much happens: every sixth day on which anything changes.
    edges = sorted(set().union(*(days_of(writer.year) for writer in writers)))
    every |= set(edges[::6])
    days = sorted({*every, *(event.on for _, events in played for event in events)})
    for today in days:
        shop.day(today)
        if today in every:
            nights(shop, today, rng)
        for one, events in played:
            while events and events[0].on == today:
                one.record(events.pop(0))
    last = days[-1] + timedelta(days=1)
    shop.day(last)
    a_night(shop, last, rng)
    assert invariants.broken() == []
    return end_of([one for one, _events in played])


def end_of(years: list[Played]) -> End:
    """Return what has become of customers, without what is different each time: ids and numbers."""
    return End(
        customers=[
            Customer.objects.filter(pk=one.customer.pk).values_list(*COLUMNS).get() for one in years
        ],
        anniversaries=[
            [
                (row.kind, row.details["date"])
                for row in CustomerEvent.objects.filter(
                    customer=one.customer, kind__startswith="anniversary_"
                ).order_by("at", "pk")
            ]
            for one in years
        ],
        notices=[notices_of(one) for one in years],
        emails=[
            sorted(
                Email.objects.filter(to_address=one.customer.contact_email).values_list("template")
            )
            for one in years
        ],
    )


def notices_of(one: Played) -> list[tuple]:
    """Return the notices of a customer, sorted."""
    names = {pa.pk: name for name, pa in one.authorizations.items()}
    rows = Notice.objects.filter(customer=one.customer)
    return sorted(
        (names.get(row.authorization_id, ""), str(row.anniversary_on), row.kind, str(row.owed_on))
        for row in rows
    )


@pytest.mark.long
@pytest.mark.django_db
def test_whatever_becomes_of_the_nights_the_years_end_the_same(program_number, open_shop) -> None:
    writers = years_of_one_program(program_number, YEARS)

    def end(nights: Nights) -> End:
        shop = open_shop(writers[0].year.terms, CONSUMABLES)
        rng = random.Random(f"{program_number} {nights.__name__}")  # noqa: S311 - not secret
        return play(shop, writers, nights, rng)

    clean = end(a_night)
    assert any(clean.notices) and any(
        kind == "anniversary_moved" for events in clean.anniversaries for kind, _date in events
    ), "nights had hardly anything to do"
    assert end(twice) == clean
    assert end(killed_first) == clean
    errors = NightlyRun.objects.filter(finished_at__isnull=True)
    assert errors.count() > 10, "hardly a night was killed"
    for nights in (skipped, mostly_killed, none):
        found = end(nights)
        assert found.customers == clean.customers, nights.__name__
        assert told_once(found.anniversaries) == told_once(clean.anniversaries), nights.__name__


def told_once(years: list[list[tuple]]) -> list[list[tuple]]:
    """Return events of anniversary dates with moves one after the other as one."""
    return [
        [
            event
            for event, after in zip(events, [*events[1:], ("", "")], strict=True)
            if not event[0] == after[0] == "anniversary_moved"
        ]
        for events in years
    ]


class Ours:
    """A lock that two processes believe to hold, as after one has lost its connection."""

    def confirm(self) -> None:
        """Say so."""


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_that_both_believe_to_be_alone_end_like_one(open_shop) -> None:
    writers = years_of_one_program(2000, YEARS)

    def alone(shop: Shop, today: date, rng: random.Random) -> None:
        a_night(shop, today, rng)

    def at_once(shop: Shop, today: date, rng: random.Random) -> None:
        together, failed = threading.Barrier(2), []

        def one() -> None:
            try:
                together.wait(10)
                carry_out(shop.reseller, shop.reseller.day(today), Ours())
            except Exception as error:
                failed.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failed == []

    def end(nights: Nights) -> End:
        shop = open_shop(writers[0].year.terms, CONSUMABLES)
        return play(shop, writers, nights, random.Random(1))  # noqa: S311 - nothing is secret

    assert end(at_once) == end(alone)
