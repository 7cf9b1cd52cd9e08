"""X02, X03: another reseller's ids typed into one's own forms, and what numbers give away."""

from __future__ import annotations

import re
import uuid

import pytest

from authorizations.actions.create import create_authorization
from authorizations.models import Order, Product, PurchaseAuthorization
from customers.models import Customer
from tests import personas
from tests.counting import counted
from tests.personas import day_of

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


def buy(customer, by, today) -> PurchaseAuthorization:
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    lines = [(product, max(product.minimum_quantity, 3))]
    return create_authorization(
        customer, lines=lines, po_number="", by=by, day=day_of(customer, today)
    )


@pytest.fixture
def of_south(sam):
    """A customer of South."""
    return personas.make_customer(managed_by=sam, name="South Pole Supplies")


def key() -> dict[str, str]:
    return {"key": str(uuid.uuid4())}


def test_x02_a_manager_of_another_reseller_cannot_be_chosen(login, sam, of_south, alice):
    answer = login(sam).post(f"/customers/{of_south.vip_id}/manager/", key() | {"to": alice.pk})
    assert answer.status_code == 422
    of_south.refresh_from_db()
    assert of_south.managed_by == sam


def test_x02_customers_of_another_reseller_do_not_change_hands(
    login, sam, charlie, customer, alice
):
    fields = key() | {"customers": customer.vip_id, "to": charlie.pk}
    answer = login(sam).post("/customers/manager/", fields)
    assert answer.status_code == 422
    assert customer.name not in answer.content.decode()
    customer.refresh_from_db()
    assert customer.managed_by == alice


@pytest.mark.parametrize("field", ["authorizations", "more"])
def test_x02_an_order_never_pays_for_another_resellers_pa(
    field, login, sam, charlie, of_south, customer, alice, pinned_today
):
    own = buy(of_south, charlie, pinned_today)
    anothers = buy(customer, alice, pinned_today)
    path = f"/customers/{of_south.vip_id}/authorizations/{own.number}/order/"
    fields = key() | {"number": "SO-1", "ordered_on": "2026-03-02", "authorizations": [own.number]}
    numbers = [own.number, anothers.number] if field == "authorizations" else anothers.number
    client = login(charlie)
    answer = client.post(path, fields | {field: numbers})
    nowhere = [own.number, "PA-00000000"] if field == "authorizations" else "PA-00000000"
    unknown = client.post(path, fields | {field: nowhere})
    assert answer.status_code == unknown.status_code == 422
    assert anothers.number in answer.content.decode(), "what was typed stays"
    assert customer.name not in answer.content.decode()
    assert not Order.objects.exists()


def test_x02_a_pa_is_not_reached_through_another_customers_address(
    login, charlie, of_south, customer, alice, pinned_today
):
    anothers = buy(customer, alice, pinned_today)
    for what in ("cancellation", "order"):
        path = f"/customers/{of_south.vip_id}/authorizations/{anothers.number}/{what}/"
        assert login(charlie).get(path).status_code == 404
        assert login(charlie).post(path, key()).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Target": "north"},
        {"HX-Request": "true", "HX-Current-URL": "https://evil.example/customers/{vip_id}/"},
        {"HX-Request": "true", "HX-Trigger": "x", "HX-Prompt": "{vip_id}"},
        {"HX-Request": "true", "HX-Target": "<script>", "HX-Boosted": "true"},
        {"HX-History-Restore-Request": "true", "HX-Request": "true"},
    ],
)
def test_x02_htmx_headers_open_nothing(headers, login, charlie, customer):
    client = login(charlie)
    headers = {name: value.format(vip_id=customer.vip_id) for name, value in headers.items()}
    assert client.get(f"/customers/{customer.vip_id}/", headers=headers).status_code == 404
    shown = client.get("/customers/", headers=headers)
    assert shown.status_code == 200
    assert customer.vip_id not in shown.content.decode()


@pytest.mark.parametrize("query", ["", "?q=pole", "?show=no-products&sort=-anniversary"])
@pytest.mark.parametrize("path", ["/customers/", "/customers/export.csv"])
def test_x03_nothing_of_another_reseller_shows_in_numbers_or_queries(
    path, query, login, charlie, of_south, alice, pinned_today
):
    client = login(charlie)

    def look() -> tuple[bytes, int]:
        with counted() as queries:
            answer = client.get(path + query)
            content = _TOKEN.sub(b"", answer.getvalue())
        return content, len(queries)

    look()
    before = look()
    for number in range(60):
        personas.make_customer(managed_by=alice, name=f"North Pole Supplies {number}")
    buy(Customer.objects.filter(managed_by=alice)[0], alice, pinned_today)
    assert look() == before
