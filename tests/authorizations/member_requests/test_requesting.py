"""Request products as a VIP admin: the manager's form, limits and block, from the other side."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from authorizations.actions.create import create_authorization
from authorizations.details.page import OPEN_ROWS
from authorizations.models import PurchaseAuthorization
from customers.models import Membership
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from tests.authorizations.member_requests.forms import form
from tests.authorizations.pages import many, page, words
from tests.counting import counted
from tests.personas import day_of, make_member

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


def test_the_same_form_sent_twice_makes_one_request(login, vera, path, photoshop):
    client, sent = login(vera), form((photoshop, "1"))
    first, second = client.post(path, sent), client.post(path, sent)
    assert first["Location"] == second["Location"]
    assert PurchaseAuthorization.objects.count() == 1
    assert Email.objects.filter(template="pa_requested").count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_plus_adds_a_line_and_keeps_what_was_typed(login, vera, path, photoshop, headers):
    sent = form((photoshop, "7"), po_number="PO-1", add="1")
    shown = page(login(vera).post(path, sent, **headers))
    assert shown.count('name="quantity"') == 2
    assert f'value="{photoshop.pk}" selected' in shown and 'value="PO-1"' in shown
    assert not PurchaseAuthorization.objects.exists()


@pytest.mark.parametrize(
    ("number", "accepted"), [("10000", True), ("10001", False), ("0", False), ("1e3", False)]
)
def test_the_limits_are_the_managers(login, vera, path, photoshop, number, accepted):
    response = login(vera).post(path, form((photoshop, number)))
    assert response.status_code == (302 if accepted else 422)
    assert PurchaseAuthorization.objects.exists() == accepted


def test_the_minimum_is_the_managers(login, vera, path, illustrator):
    assert "Test Illustrator (at least 2)" in page(login(vera).get(path))
    assert login(vera).post(path, form((illustrator, "1"))).status_code == 422


def test_products_ordered_directly_are_shown_and_refused(login, vera, path, acrobat):
    client = login(vera)
    shown = page(client.get(path))
    assert "Products your reseller orders directly" in shown
    assert "<option disabled>Test Acrobat</option>" in shown
    assert client.post(path, form((acrobat, "1"))).status_code == 422
    assert not PurchaseAuthorization.objects.exists()


def test_only_products_of_the_customers_types_and_segment_can_be_requested(
    login, vera, make_customer, vip_terms, photoshop, sign
):
    team = make_customer(offerings=["team"])
    make_member(team, vera.email, vera.name, accepts=vip_terms)
    path = f"{team.get_member_url()}requests/new/"
    shown = page(login(vera).get(path))
    assert "Test Photoshop" in shown and "Test Server" not in shown
    assert login(vera).post(path, form((sign, "1"))).status_code == 422


@pytest.mark.parametrize(("created_on", "blocked"), [("2026-01-31", False), ("2026-01-30", True)])
def test_a_past_due_pa_blocks_members_as_it_blocks_managers(
    login, vera, alice, customer, path, buy, photoshop, created_on, blocked
):
    late = buy(created_on)
    client = login(vera)
    shown = words(client.get(path))
    assert ("Once that order is recorded, products can be added again" in shown) == blocked
    response = client.post(path, form((photoshop, "1")))
    assert response.status_code == (409 if blocked else 302)
    if blocked:
        assert f"{late.number} has been past due since 2 March 2026" in shown
        assert "its order was due on 1 March 2026" in shown
        assert alice.email in shown and "orders/" not in page(client.get(path)).split("<main")[1]
        assert "past due since" in words(client.get(customer.get_member_url()))


def test_a_request_is_refused_that_became_late_while_it_was_filled_in(
    login, vera, path, buy, photoshop, set_today
):
    buy()
    client = login(vera)
    assert 'name="quantity"' in page(client.get(path))
    set_today("2026-04-02")
    response = client.post(path, form((photoshop, "1")))
    assert response.status_code == 409
    assert "Once that order is recorded" in words(response)


def test_what_was_just_requested_is_said_also_behind_many_others(
    login, vera, customer, path, buy, photoshop
):
    many(customer, photoshop, OPEN_ROWS + 1, created_on=dt.date(2026, 2, 28))
    client = login(vera)
    response = client.post(path, form((photoshop, "1")))
    assert "North has been notified" in words(client.get(response["Location"]))


def test_somebody_removed_while_filling_in_the_form_requests_nothing(
    vera, customer, photoshop, pinned_today
):
    # The door lets nobody in who is removed; this is who was inside already.
    Membership.objects.filter(user=vera).update(removed_at=timezone.now())
    with pytest.raises(ActionRefused) as refused:
        create_authorization(
            customer,
            lines=[(photoshop, 1)],
            po_number="",
            by=vera,
            requested_by=vera,
            day=day_of(customer, pinned_today),
        )
    assert refused.value.code == "no_admin"
    assert not PurchaseAuthorization.objects.exists()


def test_the_form_offers_nothing_of_the_resellers(login, vera, path, photoshop, buy):
    buy("2026-01-30")
    assert "/customers/" not in page(login(vera).get(path))


def test_a_member_cannot_cancel_and_is_told_whom_to_ask(login, vera, customer, path_to, buy):
    pa = buy()
    client = login(vera)
    assert client.post(path_to(f"authorizations/{pa.number}/cancellation/")).status_code == 404
    shown = client.get(f"{customer.get_member_url()}requests/")
    assert "To cancel a pending request, ask North" in words(shown)
    assert "cancellation" not in page(shown)


@pytest.mark.parametrize("who", ["alice", "ada", "ops", "olaf", "charlie"])
def test_nobody_else_requests_for_the_customer(login, who, request, path, vera, photoshop):
    client = login(request.getfixturevalue(who))
    assert client.get(path).status_code == 404
    assert client.post(path, form((photoshop, "1"))).status_code == 404
    assert not PurchaseAuthorization.objects.exists()


def test_the_form_costs_the_same_for_one_line_and_for_a_hundred(
    login, vera, path, photoshop, illustrator
):
    client, counts = login(vera), []
    client.get(path)
    for lines in (1, 100):
        sent = form(*[(photoshop, "1")] * lines, add="1")
        with counted() as queries:
            client.post(path, sent)
        counts.append(len(queries))
    assert counts[0] == counts[1]
