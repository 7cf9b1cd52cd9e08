"""Cancel Purchase Authorization: only a pending one, after saying what is lost."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from authorizations.models import PurchaseAuthorization
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


def address(pa) -> str:
    return f"{pa.customer.get_absolute_url()}authorizations/{pa.number}/cancellation/"


def key() -> dict[str, str]:
    return {"key": str(uuid.uuid4())}


def page(response) -> str:
    return response.content.decode()


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2025-01-01")
    customer = make_customer()
    set_today(pinned_today)
    return customer


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_the_confirmation_names_what_the_users_lose(login, alice, buy, headers):
    pa = buy(quantity=1_250)
    shown = page(login(alice).get(address(pa), **headers))
    assert "Test Photoshop" in shown and "1,250 licenses" in shown
    assert f"Cancel {pa.number}" in shown
    pa.refresh_from_db()
    assert pa.cancelled_at is None


def test_a_pending_pa_is_cancelled_and_the_page_says_so(login, alice, buy):
    pa = buy()
    response = login(alice).post(address(pa), key(), follow=True)
    assert response.redirect_chain == [(pa.customer.get_absolute_url(), 302)]
    assert f"{pa.number} is cancelled; its licenses are gone." in page(response)
    pa.refresh_from_db()
    assert pa.cancelled_by == alice


def test_the_same_form_sent_twice_cancels_once_and_leads_to_the_same_place(login, alice, buy):
    pa, sent, client = buy(), key(), login(alice)
    first, second = client.post(address(pa), sent), client.post(address(pa), sent)
    assert first.status_code == 302 and first["Location"] == second["Location"]


@each(
    ("created_on", "accepted", "state"),
    [
        ("2026-01-31", True, "Pending"),
        ("2026-01-30", False, "overdue"),
        ("2025-12-31", False, "suspended"),
        ("2025-01-02", False, "lapsed"),
    ],
)
@each("headers", [{}, HTMX])
def test_only_a_pending_pa_can_be_cancelled(
    login, alice, buy, created_on, accepted, state, headers
):
    pa = buy(created_on)
    client = login(alice)
    shown = page(client.get(address(pa), **headers))
    assert ("The customer&#x27;s people lose" in shown or "people lose these" in shown) == accepted
    response = client.post(address(pa), key(), **headers)
    assert response.status_code == ((204 if headers else 302) if accepted else 409)
    if not accepted:
        assert state in page(response) and '<button class="btn btn-danger"' not in page(response)


def test_an_ordered_pa_asks_for_a_return_authorization(login, alice, buy, pinned_today):
    pa = buy()
    record_order(
        [pa], number="A1", ordered_on=pinned_today, by=alice, day=day_of([pa], pinned_today)
    )
    client = login(alice)
    assert "under a return authorization of the vendor" in page(client.get(address(pa)))
    assert client.post(address(pa), key()).status_code == 409


def test_once_the_return_window_is_closed_no_return_is_asked_for(login, alice, buy, pinned_today):
    pa = buy("2026-02-10")
    ordered_on = dt.date(2026, 2, 15)
    record_order([pa], number="A1", ordered_on=ordered_on, by=alice, day=day_of([pa], pinned_today))
    said = page(login(alice).get(address(pa)))
    assert "could be returned until 1 March 2026, 14 days after its date." in said
    assert "under a return authorization" not in said
    assert "/return/" not in said


def test_the_loser_of_two_cancellations_gets_a_clear_page(login, alice, buy, pinned_today):
    pa, client = buy(), login(alice)
    client.get(address(pa))
    cancel_authorization(pa, by=alice, day=day_of(pa, pinned_today))
    response = client.post(address(pa), key())
    assert response.status_code == 409
    assert f"{pa.number} is cancelled: North cancelled it on" in page(response)


def test_a_viewer_sees_no_x_and_cannot_cancel(login, bob, buy):
    pa, client = buy(), login(bob)
    assert address(pa) not in page(client.get(pa.customer.get_absolute_url()))
    assert client.get(address(pa)).status_code == 403
    assert client.post(address(pa), key()).status_code == 403
    assert PurchaseAuthorization.objects.get().cancelled_at is None


def test_another_resellers_manager_finds_nothing_there(login, charlie, buy):
    pa, client = buy(), login(charlie)
    for response in (client.get(address(pa)), client.post(address(pa), key())):
        assert response.status_code == 404
    assert PurchaseAuthorization.objects.get().cancelled_at is None


def test_a_pa_of_another_customer_is_not_at_this_address(login, alice, buy, make_customer):
    pa, other = buy(), make_customer()
    wrong = address(pa).replace(pa.customer.vip_id, other.vip_id)
    assert login(alice).post(wrong, key()).status_code == 404
