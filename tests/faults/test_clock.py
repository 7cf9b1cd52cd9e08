"""C33: dates turn at the reseller's own midnight, to the second, whatever the zone does."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Product, PurchaseAuthorization
from reseller_console.lib.calendar import add_months
from tests import personas
from tests.personas import day_of

SECOND = dt.timedelta(seconds=1)
# A zone, and the day whose midnight is looked at: summer time begins or ends around it.
MIDNIGHTS = [
    ("Pacific/Tongatapu", dt.date(2026, 3, 3)),
    ("Pacific/Kiritimati", dt.date(2026, 3, 3)),
    ("Pacific/Honolulu", dt.date(2026, 3, 3)),
    ("Europe/Tallinn", dt.date(2026, 3, 29)),
    ("Europe/Tallinn", dt.date(2026, 3, 30)),
    ("Europe/Tallinn", dt.date(2026, 10, 25)),
    ("Europe/Tallinn", dt.date(2026, 10, 26)),
    ("America/New_York", dt.date(2026, 3, 8)),
    ("Asia/Kathmandu", dt.date(2028, 2, 29)),
    # Here summer time begins at midnight itself: the day begins at one o'clock.
    ("Africa/Cairo", dt.date(2026, 4, 24)),
]


def midnight(zone: str, day: dt.date) -> dt.datetime:
    """Return the instant at which the day begins there."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)


@pytest.fixture
def manager(program):
    """Return a function that makes a manager of a reseller in some time zone."""

    def make(zone: str):
        reseller = personas.make_reseller(zone, program=program, time_zone=zone)
        return personas.make_user("mia@zone.example", "Mia Moon", reseller, "manager")

    return make


@pytest.fixture
def bought_on(settings):
    """Return a function that gives a new customer a PA of some date."""

    def buy(by, on: dt.date, *, ordered: bool = False) -> PurchaseAuthorization:
        settings.CONSOLE_TODAY = on
        customer = personas.make_customer(managed_by=by, name="Midnight Ltd")
        product = Product.objects.filter(offering="team", by_authorization=True)[0]
        lines = [(product, max(product.minimum_quantity, 2))]
        bought = create_authorization(
            customer, lines=lines, po_number="", by=by, day=day_of(customer, on)
        )
        if ordered:
            record_order([bought], number="SO-1", ordered_on=on, by=by, day=day_of([bought], on))
        # From here on the clock decides.
        settings.CONSOLE_TODAY = None
        return bought

    return buy


def page(user, path: str) -> str:
    """Return a page as somebody who has just signed in sees it."""
    browser = Client()
    browser.force_login(user)
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text


def listed(user, show: str) -> bool:
    return "Midnight Ltd" in page(user, f"/customers/?show={show}")


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS)
def test_the_resellers_day_begins_at_its_midnight(zone, day, manager, settings):
    settings.CONSOLE_TODAY = None
    reseller = manager(zone).reseller
    with time_machine.travel(midnight(zone, day) - SECOND, tick=False):
        assert reseller.today() == day - dt.timedelta(days=1)
    with time_machine.travel(midnight(zone, day), tick=False):
        assert reseller.today() == day


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS)
def test_a_pa_is_overdue_from_the_midnight_after_its_thirtieth_day(zone, day, manager, bought_on):
    mia = manager(zone)
    bought_on(mia, day - dt.timedelta(days=31))
    with time_machine.travel(midnight(zone, day) - SECOND, tick=False):
        assert (listed(mia, "pending"), listed(mia, "past-due")) == (True, False)
    with time_machine.travel(midnight(zone, day), tick=False):
        assert (listed(mia, "pending"), listed(mia, "past-due")) == (False, True)


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS[:6])
def test_a_pa_is_suspended_from_the_midnight_after_its_sixtieth_day(zone, day, manager, bought_on):
    mia = manager(zone)
    bought = bought_on(mia, day - dt.timedelta(days=61))
    path = bought.customer.get_absolute_url()
    with time_machine.travel(midnight(zone, day) - SECOND, tick=False):
        assert 'class="badge badge-bad">Suspended' not in page(mia, path)
        before = PurchaseAuthorization.objects.on(mia.reseller.today()).get(pk=bought.pk)
        assert before.status == "overdue"
    with time_machine.travel(midnight(zone, day), tick=False):
        after = PurchaseAuthorization.objects.on(mia.reseller.today()).get(pk=bought.pk)
        assert after.status == "suspended"
        assert "Suspended" in page(mia, path)


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS)
def test_a_customer_is_ready_for_renewal_from_midnight_thirty_days_before(
    zone, day, manager, bought_on
):
    mia = manager(zone)
    anniversary = day + dt.timedelta(days=30)
    bought_on(mia, add_months(anniversary, -12), ordered=True)
    with time_machine.travel(midnight(zone, day) - SECOND, tick=False):
        assert (listed(mia, "upcoming"), listed(mia, "ready")) == (True, False)
    with time_machine.travel(midnight(zone, day), tick=False):
        assert (listed(mia, "upcoming"), listed(mia, "ready")) == (False, True)


def test_a_pa_of_the_last_second_of_the_leap_day_has_its_anniversary_in_february(
    manager, bought_on, settings
):
    mia = manager("Pacific/Honolulu")
    settings.CONSOLE_TODAY = dt.date(2028, 2, 1)
    customer = personas.make_customer(managed_by=mia)
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    settings.CONSOLE_TODAY = None
    with time_machine.travel(midnight("Pacific/Honolulu", dt.date(2028, 3, 1)) - SECOND):
        browser = Client()
        browser.force_login(mia)
        path = f"{customer.get_absolute_url()}authorizations/new/"
        key = browser.get(path).context["form"].initial["key"]
        quantity = max(product.minimum_quantity, 1)
        sent = {"key": key, "product": product.pk, "quantity": quantity, "po_number": ""}
        assert browser.post(path, sent).status_code == 302
    customer.refresh_from_db()
    assert customer.authorizations.get().created_on == dt.date(2028, 2, 29)
    assert (customer.anniversary_on, customer.anniversary_day) == (dt.date(2029, 2, 28), 29)
