"""Customer details: pages of the history and the activity, what it costs, who sees what."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from authorizations.details.timeline import ROWS
from customers.models import CustomerEvent, CustomerKind
from notifications.models import Email
from tests.authorizations.pages import many, page, section
from tests.counting import counted
from tests.each import each

pytestmark = pytest.mark.django_db


# --- Pages of it


def test_the_history_is_paged_without_a_gap(login, alice, path_to, customer, photoshop):
    many(customer, photoshop, 120, created_on=dt.date(2026, 2, 1))
    client, seen, address = login(alice), [], path_to()
    while address:
        response = client.get(address)
        shown = section(response, "License Authorization History")
        seen += re.findall(r"PA-\d{8}(?= Pending)", shown)
        older = re.search(r'href="([^"]+history=[^"]+)#history"', page(response))
        address = older and older[1]
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


def test_paging_in_place_brings_only_that_section(login, alice, path_to, customer, photoshop):
    many(customer, photoshop, 60, created_on=dt.date(2026, 2, 1))
    client = login(alice)
    older = re.search(r'hx-get="([^"]+history=[^"]+)"', page(client.get(path_to())))[1]
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "history"}
    shown = page(client.get(older, **headers))
    assert shown.strip().startswith('<section class="panel" id="history"')
    assert 'id="activity"' not in shown and "<!DOCTYPE" not in shown


def test_the_activity_is_paged_without_a_gap_even_at_one_instant(login, alice, customer, path_to):
    instant = timezone.now()
    for n in range(ROWS + 3):
        CustomerEvent.objects.create(
            reseller=customer.reseller,
            customer=customer,
            by=alice,
            kind=CustomerKind.RESENT,
            details={"email": f"e{n}@x.example"},
        )
        email = Email.objects.create(
            reseller=customer.reseller,
            key=f"test:{n}",
            template="test",
            about=customer.vip_id,
            subject=f"Subject {n}.",
            to_address="vera@x.example",
            not_before_at=instant,
        )
        Email.objects.filter(pk=email.pk).update(queued_at=instant)
    client, seen, address = login(alice), [], path_to()
    while address:
        response = client.get(address)
        shown = section(response, "Activity")
        seen += re.findall(r"e\d+@x\.example|Subject \d+\.", shown)
        older = re.search(r'href="([^"]+activity=[^"]+)#activity"', page(response))
        address = older and older[1]
    assert len(seen) == len(set(seen)) == 2 * (ROWS + 3)


@each("name", ["history", "activity"])
@each("cursor", ["x", "%00", "e30", "bm9uZXwxfDE=", "MjAyNnw5fDF8", "a" * 9000])
def test_a_cursor_that_is_none_means_the_first_page(login, alice, path_to, buy, name, cursor):
    pa = buy()
    response = login(alice).get(f"{path_to()}?{name}={cursor}")
    assert response.status_code == 200 and pa.number in page(response)


def test_the_page_costs_the_same_with_5_purchases_and_with_500(
    login, alice, make_customer, photoshop
):
    few, lots = make_customer(invited_on=dt.date(2025, 1, 1)), make_customer()
    client, counts, templates = login(alice), [], []
    many(few, photoshop, 5, created_on=dt.date(2026, 2, 1))
    many(lots, photoshop, 500, created_on=dt.date(2026, 2, 1))
    client.get(few.get_absolute_url())  # The stencils of rows are made now, and kept.
    for customer in (few, lots):
        with counted() as queries:
            response = client.get(customer.get_absolute_url())
        counts.append(len(queries))
        templates.append(len(response.templates))
    assert "The first 50 are shown" in page(client.get(lots.get_absolute_url()))
    # Session, person, reseller and terms 2, customer; link, open PAs 2, products 2, history 2,
    # deeds, emails.
    assert counts == [14, 14]
    assert templates[0] == templates[1]


# --- People


def test_a_viewer_sees_everything_and_can_press_nothing(login, bob, path_to, buy):
    pa = buy()
    shown = page(login(bob).get(path_to()))
    assert pa.number in shown
    for forbidden in ("authorizations/", "invitation/", "manager/", "offerings/", "orders/"):
        assert forbidden not in shown.split("<main")[1]


def test_only_admins_can_change_who_manages(login, alice, ada, path_to):
    assert path_to("manager/") not in page(login(alice).get(path_to()))
    assert path_to("manager/") in page(login(ada).get(path_to()))


def test_a_withdrawn_customer_can_only_be_invited_again(login, alice, make_customer):
    customer = make_customer(withdrawn_at=timezone.now(), no_products_from_on=None)
    shown = page(login(alice).get(customer.get_absolute_url()))
    assert "invitation/resend/" in shown and "authorizations/new/" not in shown
    assert "invitation/withdrawal/" not in shown


def test_withdrawing_is_offered_only_without_products(login, alice, path_to, buy, pinned_today):
    client = login(alice)
    assert "invitation/withdrawal/" in page(client.get(path_to()))
    buy()
    assert "invitation/withdrawal/" not in page(client.get(path_to()))


def test_outsiders_get_the_404_of_an_address_nobody_has(login, charlie, ops, path_to):
    client = login(charlie)
    known, unknown = client.get(path_to()), client.get(f"/customers/{'F' * 20}/")
    assert known.status_code == unknown.status_code == 404
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert strip.sub("", page(known)) == strip.sub("", page(unknown))
    for address in ("/customers/abc/", f"/customers/{'f' * 20}/", f"/customers/{'F' * 21}/"):
        assert client.get(address).status_code == 404
    assert login(ops).get(path_to()).status_code == 404


def test_anonymous_people_get_the_sign_in_page(client, path_to):
    response = client.get(path_to())
    assert response["Location"] == f"/accounts/login/?next={path_to()}"
