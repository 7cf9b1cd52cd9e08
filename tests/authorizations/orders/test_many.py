"""One order for PAs of several customers, ticked on the worklist."""

from __future__ import annotations

import uuid

import pytest

from authorizations.models import Order, PurchaseAuthorization
from tests.authorizations.pages import page, words

pytestmark = pytest.mark.django_db

PATH = "/orders/new/"


@pytest.fixture
def other(make_customer):
    return make_customer(name="Other Org")


@pytest.fixture
def two(buy, other):
    """Two PAs of two customers."""
    return [buy(quantity=2), buy(of=other, quantity=3)]


def address(*rows) -> str:
    return f"{PATH}?{'&'.join(f'pa={row.number}' for row in rows)}"


def form(*rows, **more: object) -> dict[str, object]:
    sent = {"number": "4711", "ordered_on": "2026-03-02", "more": ""}
    ticked = [row.number for row in rows]
    return sent | {"key": str(uuid.uuid4()), "authorizations": ticked, "pa": ticked} | more


def test_rows_of_the_worklist_can_be_ticked_without_scripts(login, alice, bob, two):
    shown = page(login(alice).get("/orders/"))
    assert 'id="selection"' in shown and f'action="{PATH}"' in shown
    assert all(f'value="{pa.number}"' in shown for pa in two)
    viewed = page(login(bob).get("/orders/"))
    assert 'id="selection"' not in viewed and 'name="pa"' not in viewed


def test_the_dialog_names_those_that_were_ticked(login, alice, two, buy, other):
    left = buy()
    shown = words(login(alice).get(address(*two)))
    assert "for 2 selected purchase authorizations" in shown
    assert f"Other Org: {two[1].number}, pending" in shown
    assert left.number not in shown


def test_one_order_pays_for_all_and_leads_back_to_the_list(login, alice, two):
    client = login(alice)
    response = client.post(f"{PATH}?back=%2Forders%2F%3Fmine%3D1", form(*two))
    assert response["Location"] == "/orders/?mine=1"
    order = Order.objects.get()
    assert set(order.authorizations.all()) == set(two)
    assert "Order 4711 is recorded for 2 purchase authorizations." in words(
        client.get(response["Location"])
    )


def test_one_that_is_unticked_stays_on_the_list(login, alice, two):
    login(alice).post(PATH, form(two[0]))
    assert PurchaseAuthorization.objects.get(order__number="4711") == two[0]


def test_after_a_mistake_all_are_named_again(login, alice, two):
    response = login(alice).post(PATH, form(*two, authorizations=[], number=""))
    assert response.status_code == 422 and not Order.objects.exists()
    assert "Enter the order number." in words(response)
    assert all(pa.number in words(response) for pa in two)


@pytest.mark.parametrize("query", ["", "?pa=", "?pa=PA-AAAAAAAA", "?pa=x%00"])
def test_without_anything_ticked_it_says_so(login, alice, two, query):
    shown = words(login(alice).get(PATH + query))
    assert "Select at least one purchase authorization that awaits an order." in shown


def test_those_of_another_reseller_are_neither_named_nor_ordered(login, charlie, two):
    client = login(charlie)
    assert "Select at least one" in words(client.get(address(*two)))
    client.post(PATH, form(*two))
    assert not Order.objects.exists()
