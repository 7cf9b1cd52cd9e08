"""C33 for VIP admins: what they may do turns at their reseller's midnight, wherever they sit."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from authorizations.actions.assign import assign
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Assignment, Product
from customers.admins.links import path_for
from tests import personas
from tests.faults.test_clock import MIDNIGHTS, SECOND, midnight
from tests.personas import day_of


@pytest.fixture
def world(program, vip_terms, settings):
    """Return a function that gives a customer of a zone, its admin and a PA with Ann's license."""

    def make(zone: str, on: dt.date):
        settings.CONSOLE_TODAY = on
        reseller = personas.make_reseller(zone, program=program, time_zone=zone)
        manager = personas.make_user("mia@zone.example", "Mia Moon", reseller, "manager")
        customer = personas.make_customer(managed_by=manager, name="Midnight Ltd")
        admin = personas.make_member(customer, "a@zone.example", "Abel Admin", accepts=vip_terms)
        product = Product.objects.create(name="Night Product", family="Test", offering="team")
        terms = {"po_number": "", "by": manager, "day": day_of(manager, on)}
        bought = create_authorization(customer, lines=[(product, 2)], **terms)
        people = [("Ann", "ann@people.example")]
        assign(customer, product, people=people, by=admin, day=day_of(customer, on))
        # From here on the clock decides.
        settings.CONSOLE_TODAY = None
        return customer, admin, product, bought

    return make


def signed_in(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def give(admin, customer, product, name: str):
    """Send the dialog of a license as somebody who has just opened it."""
    path = f"{customer.get_member_url()}products/{product.pk}/give/"
    fields = {"key": str(uuid.uuid4()), "name": name, "address": f"{name}@people.example"}
    return signed_in(admin).post(path, fields)


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS)
def test_c33_licenses_stop_at_the_resellers_midnight_and_not_a_second_before(zone, day, world):
    customer, admin, product, bought = world(zone, day - dt.timedelta(days=61))
    with time_machine.travel(midnight(zone, day) - SECOND, tick=False):
        assert give(admin, customer, product, "ben").status_code == 302
    with time_machine.travel(midnight(zone, day), tick=False):
        late = give(admin, customer, product, "cid")
        assert late.status_code == 409 and bought.number in late.text
        shown = signed_in(admin).get(f"{customer.get_member_url()}products/{product.pk}/")
        assert bought.number in shown.text, "the page says what would help"
    assert Assignment.objects.held().count() == 2, "those who had one wait for the order"


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS[:5])
def test_c33_an_order_of_that_day_gives_them_back_at_once(zone, day, world):
    customer, admin, product, bought = world(zone, day - dt.timedelta(days=61))
    with time_machine.travel(midnight(zone, day) + SECOND, tick=False):
        assert give(admin, customer, product, "ben").status_code == 409
        manager = customer.managed_by
        record_order([bought], number="SO-1", ordered_on=day, by=manager, day=day_of([bought], day))
        assert give(admin, customer, product, "ben").status_code == 302


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS)
def test_c33_a_request_is_dated_by_the_resellers_calendar(zone, day, world):
    customer, admin, product, _bought = world(zone, day - dt.timedelta(days=5))
    fields = {"product": product.pk, "quantity": "1", "po_number": ""}
    for instant in (midnight(zone, day) - SECOND, midnight(zone, day)):
        with time_machine.travel(instant, tick=False):
            path = f"{customer.get_member_url()}requests/new/"
            answer = signed_in(admin).post(path, fields | {"key": str(uuid.uuid4())})
            assert answer.status_code == 302
    dates = customer.authorizations.order_by("pk").values_list("created_on", flat=True)
    assert list(dates)[1:] == [day - dt.timedelta(days=1), day]


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS)
def test_c33_a_request_is_refused_from_the_midnight_after_it_was_due(zone, day, world):
    customer, admin, product, bought = world(zone, day - dt.timedelta(days=31))
    path = f"{customer.get_member_url()}requests/new/"
    fields = {"product": product.pk, "quantity": "1", "po_number": ""}
    with time_machine.travel(midnight(zone, day) - SECOND, tick=False):
        first = signed_in(admin).post(path, fields | {"key": str(uuid.uuid4())})
        assert first.status_code == 302
    with time_machine.travel(midnight(zone, day), tick=False):
        second = signed_in(admin).post(path, fields | {"key": str(uuid.uuid4())})
        assert second.status_code == 409 and bought.number in second.text


@pytest.mark.parametrize(("zone", "day"), MIDNIGHTS)
def test_c33_an_invitation_works_through_its_last_day_at_the_reseller(
    zone, day, program, vip_terms, settings
):
    settings.CONSOLE_TODAY = day - dt.timedelta(days=31)
    reseller = personas.make_reseller(zone, program=program, time_zone=zone)
    manager = personas.make_user("mia@zone.example", "Mia Moon", reseller, "manager")
    customer = personas.make_customer(managed_by=manager)
    settings.CONSOLE_TODAY = None
    link = path_for(customer.vip_id, 1)
    with time_machine.travel(midnight(zone, day) - SECOND, tick=False):
        browser = Client()
        assert browser.get(link, follow=True).status_code == 200
    with time_machine.travel(midnight(zone, day), tick=False):
        assert browser.get("/invitation/").status_code == 404, "also where it was opened in time"
        assert Client().get(link).status_code == 404


def test_c33_an_admin_of_two_resellers_sees_each_by_its_own_day(program, vip_terms, settings):
    settings.CONSOLE_TODAY = dt.date(2026, 3, 2)
    admin, found = None, {}
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"):
        reseller = personas.make_reseller(zone, program=program, time_zone=zone)
        manager = personas.make_user(f"m@{reseller.pk}.example", "Mia", reseller, "manager")
        customer = personas.make_customer(managed_by=manager)
        admin = personas.make_member(customer, "a@zone.example", "Abel", accepts=vip_terms)
        found[zone] = customer
    settings.CONSOLE_TODAY = None
    product = Product.objects.create(name="Night Product", family="Test", offering="team")
    fields = {"product": product.pk, "quantity": "1", "po_number": ""}
    with time_machine.travel(dt.datetime(2026, 3, 10, 10, 30, tzinfo=dt.UTC), tick=False):
        for customer in found.values():
            path = f"{customer.get_member_url()}requests/new/"
            sent = signed_in(admin).post(path, fields | {"key": str(uuid.uuid4())})
            assert sent.status_code == 302
    dates = {zone: customer.authorizations.get().created_on.day for zone, customer in found.items()}
    assert dates == {"Pacific/Kiritimati": 11, "Pacific/Honolulu": 10}


def test_the_pinned_calendar_wins_over_the_clock_for_members_too(world, settings):
    customer, admin, product, _bought = world("Europe/Tallinn", dt.date(2026, 3, 2))
    with time_machine.travel(dt.datetime(2031, 1, 1, tzinfo=dt.UTC), tick=False):
        settings.CONSOLE_TODAY = dt.date(2026, 3, 3)
        assert give(admin, customer, product, "ben").status_code == 302
        settings.CONSOLE_TODAY = None
        assert give(admin, customer, product, "cid").status_code in {404, 409}
