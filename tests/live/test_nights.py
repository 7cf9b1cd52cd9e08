"""Nights under a clock that fails, and while everybody works."""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections.abc import Callable

import pytest
import requests
from django.test import override_settings

from authorizations.actions.create import create_authorization
from authorizations.models import Assignment, NightlyRun, Notice, PurchaseAuthorization
from authorizations.night.run import run_night
from customers.admins.links import path_for
from customers.models import CustomerEvent, Membership
from notifications.models import Email
from reseller_console.tenancy.models import Reseller
from tests.conftest import TODAY
from tests.live.conftest import a_product, alice
from tests.live.people import Fields, Person
from tests.live.processes import eventually
from tests.live.test_races import path_of
from tests.live.test_restarts import at_work, buyer, giver
from tests.live.traffic import Reader, traffic
from tests.personas import day_of

pytestmark = pytest.mark.xdist_group("live")

HASTY = "tests.live.hasty_beat"
ALICE = "alice@north.example"


def aged(customer, *, days: int, quantity: int = 3) -> PurchaseAuthorization:
    """Return a PA that the customer got so many days ago."""
    return create_authorization(
        customer,
        lines=[(a_product(), quantity)],
        po_number="",
        by=alice(),
        day=day_of(customer, TODAY - dt.timedelta(days=days)),
    )


def finished(day: dt.date) -> int:
    """Count the resellers whose night of a day is done."""
    runs = NightlyRun.objects.filter(for_day=day, finished_at__isnull=False)
    return runs.order_by().values("reseller").distinct().count()


def told() -> list[tuple[str, str]]:
    """Return the emails of the night by what they are about, in a fixed order."""
    rows = Email.objects.exclude(template="pa_created").values_list("template", "to_address")
    return sorted(rows)


def test_c15_a_night_takes_effect_once_whatever_becomes_of_the_clock(
    without_web, new_customer, long_run
):
    long_ago = TODAY - dt.timedelta(days=100)
    rows = [aged(new_customer(invited_on=long_ago), days=days) for days in (24, 30, 31, 53, 61)]
    # Nobody was there at midnight, nor at the ones before; then two clocks, one of which dies.
    with (
        without_web.worker(),
        without_web.beat(entry=HASTY, name="one"),
        without_web.beat(entry=HASTY, name="two") as two,
    ):
        for number in range(10 if long_run else 2):
            assert eventually(lambda: "Sending due task" in two.log.read_text(), 20)
            two.process.send_signal(signal.SIGTERM if number % 2 else signal.SIGKILL)
            two.process.wait(20)
            two.log.write_text("")
            two.start()
        assert eventually(lambda: finished(TODAY) == 2, 30)
        assert eventually(lambda: Email.objects.filter(template="manager_digest").exists(), 20)
        time.sleep(1)
    latest = ("pa_due_soon", "pa_due_today", "pa_overdue", "pa_suspends_soon", "pa_suspended")
    contacts = [row.customer.contact_email for row in rows]
    expected = [*zip(latest, contacts, strict=True), ("manager_digest", ALICE)]
    assert told() == sorted(expected)
    # Nights nobody was there for are one: what is owed by then is told, nothing again.
    later = TODAY + dt.timedelta(days=3)
    with override_settings(CONSOLE_TODAY=later):
        with (
            without_web.worker(CONSOLE_TODAY=later.isoformat()),
            without_web.beat(entry=HASTY, name="three"),
        ):
            assert eventually(lambda: finished(later) == 2, 30)
            assert eventually(lambda: len(told()) >= len(expected) + 2, 20)
            time.sleep(0.5)
        expected += [("pa_overdue", contacts[1]), ("manager_digest", ALICE)]
        assert told() == sorted(expected)
    assert CustomerEvent.objects.filter(kind="authorization_suspended").count() == 1


def invited(house, customer) -> Callable[[], requests.Response]:
    """Return somebody who follows an invitation's link, in two steps."""
    somebody = Person(house.origin)
    steps = iter(
        (
            lambda: somebody.get(path_for(customer.vip_id, 1), allow_redirects=False),
            lambda: somebody.get("/invitation/"),
            lambda: somebody.post("/invitation/", accepting(somebody)),
        )
    )
    return lambda: next(steps, lambda: somebody.get(f"/member/{customer.vip_id}/"))()


def accepting(somebody: Person) -> Fields:
    """Return the form under the terms, filled in."""
    fields = somebody.form("/invitation/", having="organization") | {"agreed": "on"}
    password = "a sunny day on Saaremaa"
    return fields | {"name": "Vera Vaher", "password1": password, "password2": password}


def canceller(house, rows) -> Callable[[], requests.Response]:
    """Return Alice, who cancels one PA after the other."""
    alice, left = house.person(ALICE).another_window(), list(rows)

    def cancel() -> requests.Response:
        if not left:
            return alice.get("/customers/?show=pending")
        path = path_of(left.pop(), "cancellation")
        return alice.post(path, alice.form(path))

    return cancel


def orderer(house, pairs) -> Callable[[], requests.Response]:
    """Return Alice, who records one order after the other, each for two customers' PAs."""
    alice, left = house.person(ALICE).another_window(), list(pairs)

    def order() -> requests.Response:
        if not left:
            return alice.get("/orders/")
        first, second = left.pop()
        path = path_of(first, "order")
        numbers = {"number": f"NIGHT-{first.number}", "more": second.number}
        return alice.post(path, alice.form(path) | numbers)

    return order


def night_work(new_customer, count: int) -> list[PurchaseAuthorization]:
    """Make customers about whom every night has something to write, with people in lines."""
    long_ago = TODAY - dt.timedelta(days=100)
    customers = [new_customer(invited_on=long_ago) for _ in range(count)]
    return [aged(customer, days=23 + n % 40) for n, customer in enumerate(customers)]


def test_c18_a_night_while_everybody_works_fails_no_request_and_loses_nothing(
    house, new_customer, long_run
):
    size = 300 if long_run else 40
    night_work(new_customer, size)
    to_cancel = [aged(new_customer(), days=0) for _ in range(size // 2)]
    to_order = [aged(new_customer(), days=0) for _ in range(size)]
    pairs = list(zip(to_order[::2], to_order[1::2], strict=True))
    buyers = [buyer(house, new_customer()) for _ in range(2)]
    givers = [giver(*at_work(house, new_customer(), f"night{n}@kept.example")) for n in range(2)]
    guests = [new_customer() for _ in range(2)]
    followers = [invited(house, guest) for guest in guests]
    north = Reseller.objects.get(name="North")
    runs = []
    askers = [*buyers, *givers, *followers, canceller(house, to_cancel), orderer(house, pairs)]
    askers.append(Reader(house.person(ALICE), "/customers/", "/customers/?show=past-due"))
    with traffic(askers, pause=0.02) as flow:
        until = time.monotonic() + (60 if long_run else 4)
        while time.monotonic() < until or len(runs) < 3:
            runs.append(run_night(north, today=TODAY))
    assert flow.bad() == []
    assert "deadlock" not in house.log()
    assert [run.drift for run in runs] == [0] * len(runs)
    for one in buyers:
        vip_id = one.path.split("/")[2]
        made = PurchaseAuthorization.objects.filter(customer__vip_id=vip_id)
        assert made.count() == len(one.done)
    for one in givers:
        held = Assignment.objects.held().filter(customer__vip_id=one.path.split("/")[2])
        assert held.count() == len(one.done)
    assert Membership.objects.filter(customer__in=guests).count() == len(guests)
    kinds = list(Notice.objects.values_list("authorization", "anniversary_on", "kind"))
    assert len(kinds) == len(set(kinds))
