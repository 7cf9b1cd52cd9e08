"""The worklist: what awaits an order, most urgent first, and for whom."""

from __future__ import annotations

import uuid

import pytest
from django.utils.html import escape

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from authorizations.models import PurchaseAuthorization
from authorizations.rules.status import Status, when, when_open
from tests.authorizations.worklist.reading import CREATED, PATH, URGENT_FIRST, counts, names
from tests.personas import day_of
from tests.rules.reading import rows, tree_of

pytestmark = pytest.mark.django_db


# --- What is on it


def test_everything_that_awaits_an_order_the_most_urgent_first(login, alice, all_states):
    response = login(alice).get(PATH)
    assert names(response) == URGENT_FIRST
    assert counts(response) == {
        "Awaiting an order": "6",
        "Pending": "2",
        "Overdue": "2",
        "Suspended": "2",
    }


@pytest.mark.parametrize("state", ["pending", "overdue", "suspended"])
def test_each_filter_holds_its_state(login, alice, all_states, state):
    expected = [name for name in URGENT_FIRST if CREATED[name][1] == state]
    assert names(login(alice).get(f"{PATH}?show={state}")) == expected


def test_the_conditions_of_the_states_are_the_states(all_states, pinned_today):
    rows = PurchaseAuthorization.objects.on(pinned_today)
    for state in (*Status.OPEN, Status.LAPSED, Status.CANCELLED):
        assert set(rows.filter(when(state, pinned_today))) == set(rows.filter(status=state))
    assert set(rows.filter(when_open(pinned_today))) == set(rows.open())


def test_what_is_ordered_or_cancelled_leaves_the_list(login, alice, all_states, pinned_today):
    record_order(
        [all_states["suspended for long"]],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([all_states["suspended for long"]], pinned_today),
    )
    cancel_authorization(
        all_states["fresh"], by=alice, day=day_of(all_states["fresh"], pinned_today)
    )
    assert names(login(alice).get(PATH)) == URGENT_FIRST[1:-1]


def test_a_row_says_what_to_order_and_until_when(login, alice, customer, buy, pinned_today):
    authorization = buy("2026-01-31", quantity=7, po_number="4500-77")
    tree = tree_of(login(alice).get(PATH).content.decode())
    (row,) = rows(tree.find(".//section[@id='list']"))
    assert row == {
        "Customer": f"{customer.name} {customer.vip_id}",
        "Authorization": f"{authorization.number} Pending PO: 4500-77",
        "Products": "7 Test Photoshop",
        "Order due": "2 Mar 2026 due today",
        "Duration to order": "12 months 365 days",
        "": "Record order",
    }
    assert tree.find(".//section[@id='list']//a[@href='/help/#duration']") is not None


def test_a_customers_own_request_is_marked_and_can_be_looked_for(
    login, alice, all_states, vera, customer
):
    asked = all_states["due today"]
    PurchaseAuthorization.objects.filter(pk=asked.pk).update(requested_by=vera)
    body = login(alice).get(PATH).content.decode()
    assert body.count('<span class="badge-info">Requested by the customer</span>') == 1
    assert body.count("Vera Vaher") == 1
    only = login(alice).get(f"{PATH}?requested=1")
    assert names(only) == ["due today"]
    assert counts(only) == {
        "Awaiting an order": "1",
        "Pending": "1",
        "Overdue": "0",
        "Suspended": "0",
    }


def test_a_customers_own_request_is_ordered_like_any_other(
    login, alice, vera, customer, buy, pinned_today
):
    asked = buy()
    PurchaseAuthorization.objects.update(requested_by=vera)
    client = login(alice)
    assert names(client.get(f"{PATH}?requested=1")) == [customer.name]
    form = {
        "key": str(uuid.uuid4()),
        "number": "9200001",
        "ordered_on": pinned_today.isoformat(),
        "authorizations": [asked.number],
        "more": "",
    }
    client.post(f"{asked.get_absolute_url()}order/", form)
    assert names(client.get(f"{PATH}?requested=1")) == []
    asked.refresh_from_db()
    assert (asked.order.number, asked.requested_by) == ("9200001", vera)


def test_managed_by_me_narrows_list_and_counts(login, alice, ada, make_customer, buy):
    buy("2026-03-02", of=make_customer(name="Alice's"))
    buy("2026-03-02", of=make_customer(name="Ada's", managed_by=ada))
    mine = login(ada).get(f"{PATH}?mine=1")
    assert names(mine) == [escape("Ada's")]
    assert counts(mine)["Awaiting an order"] == "1"
    assert counts(login(ada).get(PATH))["Awaiting an order"] == "2"


def test_another_reseller_sees_counts_and_finds_nothing_of_it(login, charlie, all_states):
    authorization = all_states["fresh"]
    for query in ("", "?show=pending", "?mine=1", f"?q={authorization.number}", "?q=fresh"):
        response = login(charlie).get(PATH + query)
        assert names(response) == []
        assert set(counts(response).values()) == {"0"}


def test_a_viewer_sees_the_list_without_anything_to_press(login, bob, all_states):
    response = login(bob).get(PATH)
    assert names(response) == URGENT_FIRST
    assert "Record order" not in response.content.decode()


# --- Recording from here


def test_recording_an_order_leads_back_to_the_list(login, alice, all_states, pinned_today):
    client, late = login(alice), all_states["late since today"]
    path = f"{late.get_absolute_url()}order/"
    assert f'href="{path}"' in client.get(f"{PATH}?show=overdue&mine=1").content.decode()
    under = {"HX-Current-URL": f"http://testserver{PATH}?show=overdue&mine=1"}
    dialog = client.get(path, headers={"HX-Request": "true", "HX-Target": "dialog"} | under)
    path += "?back=%2Forders%2F%3Fshow%3Doverdue%26mine%3D1"
    assert f'action="{path}"' in dialog.content.decode()
    form = {
        "key": str(uuid.uuid4()),
        "number": "77",
        "ordered_on": pinned_today.isoformat(),
        "authorizations": [late.number],
        "more": "",
    }
    response = client.post(path, form)
    assert response["Location"] == "/orders/?show=overdue&mine=1"
    assert client.post(path, form)["Location"] == "/orders/?show=overdue&mine=1"
    settled = client.get(path).content.decode()
    assert 'href="/orders/?show=overdue&amp;mine=1">' in settled
