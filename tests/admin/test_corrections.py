"""Ops correct what was typed wrongly, and each look and change is written down."""

from __future__ import annotations

from authorizations.models import (
    Order,
    PurchaseAuthorization,
)
from customers.models import Customer, CustomerEvent
from reseller_console.accounts.activity import sentence
from tests.admin.forms import note
from tests.admin.pages import D, url
from tests.each import each

# What Django asks of the tables below the form, which are only looked at.
INLINES = {
    f"{rows}-{kind}_FORMS": "0"
    for rows in ("memberships", "admin_invitations", "acceptances")
    for kind in ("TOTAL", "INITIAL")
}


FORM = INLINES | {
    "name": "Customer",
    "segment": "COM",
    "country": "EE",
    "region": "",
    "city": "Tallinn",
    "address_1": "Pikk 1",
    "address_2": "",
    "postal_code": "10123",
    "contact_first_name": "Vera",
    "contact_last_name": "Vaher",
    "contact_email": "vera@customer.example",
    "language": "en",
    "reason": "Typing error, by phone",
}


def correct(desk, customer, *, follow=False, **fields):
    path = url(Customer, "change", customer.pk)
    return desk.post(path, FORM | note(desk, path) | fields, follow=follow)


def test_a_correction_is_made_with_a_reason_and_written_down(desk, ops, make_customer):
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    answer = correct(desk, customer)
    assert answer.status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.name_key) == ("Customer", "customer")
    event = CustomerEvent.objects.get(kind="customer_corrected")
    assert event.by == ops
    assert event.details["old"] == {"name": "Custmer"}
    assert event.details["new"] == {"name": "Customer"}
    assert sentence(event) == "corrected organization name: Typing error, by phone"


@each(
    ("field", "value"),
    [
        ("reason", ""),
        ("name", "ab"),
        ("name", "A <b>bold</b> name"),
        ("name", "Zero\u200bwidth"),
        ("contact_email", "nonsense"),
        ("contact_first_name", "x" * 36),
        ("postal_code", "nonsense"),
        ("country", "QQ"),
        ("city", ""),
        ("segment", "XXX"),
        ("language", "x" * 11),
    ],
)
def test_a_wrong_correction_is_explained_at_its_field(desk, make_customer, field, value):
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    answer = correct(desk, customer, **{field: value})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    customer.refresh_from_db()
    assert customer.name == "Custmer"


def test_a_correction_into_another_customer_is_refused(desk, make_customer):
    twin = make_customer(name="Customer", contact_email="VERA@customer.example")
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    answer = correct(desk, customer)
    assert twin.vip_id in str(answer.context["adminform"].form.errors["name"])


def test_a_twin_that_appears_in_the_last_moment_is_refused_with_a_sentence(
    desk, make_customer, monkeypatch
):
    make_customer(name="Customer", contact_email="vera@customer.example")
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    monkeypatch.setattr("customers.actions.correct.refuse_twin", lambda *args: None)
    monkeypatch.setattr("customers.forms.correction.refuse_twin", lambda *args: None)
    answer = correct(desk, customer, city="Pärnu")
    form = answer.context["adminform"].form
    assert "Another customer has this name" in form.errors["name"][0]
    # What was typed is still there.
    assert (form["name"].value(), form["city"].value()) == ("Customer", "Pärnu")
    customer.refresh_from_db()
    assert customer.name == "Custmer"


def test_every_look_at_a_customer_is_written_down(desk, ops, customer, make_authorization):
    row = make_authorization(customer)
    desk.get(url(Customer, "change", customer.pk))
    desk.get(url(PurchaseAuthorization, "change", row.pk))
    views = CustomerEvent.objects.filter(kind="customer_viewed", by=ops)
    assert {event.details["what"] for event in views} == {"the customer", row.number}


def test_an_order_is_corrected_by_the_verb(desk, one_of_each, make_authorization, customer):
    order = Order.objects.get()
    row = make_authorization(customer, days=5, order=order)
    day = row.created_on.isoformat()
    data = {
        "number": "O-2",
        "ordered_on": day,
        "lines-TOTAL_FORMS": 0,
        "lines-INITIAL_FORMS": 0,
    }
    path = url(Order, "change", order.pk)
    assert desk.post(path, data | note(desk, path)).status_code == 302
    order.refresh_from_db()
    assert (order.number, order.ordered_on) == ("O-2", row.created_on)
    early = (row.created_on - D(1)).isoformat()
    data |= note(desk, path)
    form = desk.post(path, data | {"ordered_on": early}).context["adminform"].form
    assert "order date must be between" in form.errors["ordered_on"][0]
    assert form["ordered_on"].value() == early
    answer = desk.post(path, data | {"number": " "})
    assert "number" in answer.context["adminform"].form.errors
