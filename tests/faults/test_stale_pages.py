"""C23: the page is open, and meanwhile somebody else has done something: a calm answer."""

from __future__ import annotations

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Product
from customers.actions.invitation import withdraw_invitation
from customers.actions.manager import change_manager
from customers.actions.offerings import add_offering
from reseller_console.accounts.models import User
from tests import personas
from tests.personas import day_of


@pytest.fixture
def bought(customer, alice, pinned_today):
    """A pending PA."""
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    lines = [(product, max(product.minimum_quantity, 2))]
    return create_authorization(
        customer, lines=lines, po_number="", by=alice, day=day_of(customer, pinned_today)
    )


@pytest.fixture
def open_dialog(login, alice):
    """Return a function that opens a dialog; what it returns sends it."""
    client = login(alice)

    def open_(path: str):
        key = client.get(path).context["form"].initial["key"]
        return lambda **fields: client.post(path, {"key": key, **fields})

    return open_


def of(bought, what: str) -> str:
    return f"{bought.customer.get_absolute_url()}authorizations/{bought.number}/{what}/"


def test_a_pa_somebody_else_cancelled(open_dialog, bought, ada, pinned_today):
    cancel, order = open_dialog(of(bought, "cancellation")), open_dialog(of(bought, "order"))
    cancel_authorization(bought, by=ada, day=day_of(bought, pinned_today))
    answer = cancel()
    assert answer.status_code == 409 and "is cancelled: North cancelled it on" in answer.text
    answer = order(number="SO-1", ordered_on="2026-03-02", authorizations=bought.number)
    assert answer.status_code == 409 and "No further order can be recorded" in answer.text


def test_a_pa_somebody_else_ordered(open_dialog, bought, ada, pinned_today):
    cancel, order = open_dialog(of(bought, "cancellation")), open_dialog(of(bought, "order"))
    record_order(
        [bought], number="SO-9", ordered_on=pinned_today, by=ada, day=day_of([bought], pinned_today)
    )
    answer = cancel()
    assert answer.status_code == 409 and "is ordered: order" in answer.text
    answer = order(number="SO-1", ordered_on="2026-03-02", authorizations=bought.number)
    assert answer.status_code == 409 and "No further order can be recorded" in answer.text


def test_a_customer_somebody_else_withdrew(open_dialog, customer, ada, pinned_today):
    create = open_dialog(f"{customer.get_absolute_url()}authorizations/new/")
    withdraw_invitation(customer, by=ada, day=day_of(customer, pinned_today))
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    answer = create(product=product.pk, quantity=max(product.minimum_quantity, 1), po_number="")
    assert answer.status_code == 409 and "was withdrawn" in answer.text


def test_a_customer_who_accepted_meanwhile(open_dialog, customer):
    resend = open_dialog(f"{customer.get_absolute_url()}invitation/resend/")
    withdraw = open_dialog(f"{customer.get_absolute_url()}invitation/withdrawal/")
    personas.make_member(customer, customer.contact_email, "Vera Vaher")
    for answer in (resend(), withdraw()):
        assert answer.status_code == 409 and "accepted the VIP terms on" in answer.text


def test_a_customer_who_changed_hands_can_still_be_worked_on(
    open_dialog, bought, ada, pinned_today
):
    cancel = open_dialog(of(bought, "cancellation"))
    change_manager([bought.customer], to=ada, by=ada, day=day_of([bought.customer], pinned_today))
    assert cancel().status_code == 302


def test_an_offering_somebody_else_added(open_dialog, make_customer, ada, pinned_today):
    customer = make_customer(offerings=["team"])
    add = open_dialog(f"{customer.get_absolute_url()}offerings/")
    add_offering(customer, offering="enterprise", by=ada, day=day_of(customer, pinned_today))
    assert add().status_code == 302
    customer.refresh_from_db()
    assert sorted(customer.offerings) == ["enterprise", "team"]


def test_somebody_who_may_only_look_since_a_minute(open_dialog, bought, alice):
    cancel = open_dialog(of(bought, "cancellation"))
    User.objects.filter(pk=alice.pk).update(role="viewer")
    # With the rights every session of before has ended; signing in again, she may only look.
    assert cancel()["Location"].startswith("/accounts/login/")
    bought.refresh_from_db()
    assert bought.cancelled_at is None


def test_a_product_that_was_retired_meanwhile(open_dialog, customer, pinned_today):
    create = open_dialog(f"{customer.get_absolute_url()}authorizations/new/")
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    Product.objects.filter(pk=product.pk).update(retired_on=pinned_today)
    answer = create(product=product.pk, quantity=max(product.minimum_quantity, 1), po_number="")
    assert answer.status_code == 422
    assert not customer.authorizations.exists()
