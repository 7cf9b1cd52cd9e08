"""Fifty people, or one impatient one, press the same button at the same moment.

Each test of a guard has a twin below it in which the guard is taken away: it shows the
harm, so that the test above it is known to be able to fail.
"""

from __future__ import annotations

import itertools
import uuid

import pytest
from psycopg import sql

from authorizations import invariants
from authorizations.models import Order, PurchaseAuthorization
from customers.models import Customer, CustomerEvent
from notifications.models import Email
from tests.live import databases
from tests.live.conftest import a_product
from tests.live.harm import does_harm
from tests.live.people import Fields, places, statuses

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

TIMES = 50
ALICE = "alice@north.example"


def invitation_form(alice, **changes: object) -> Fields:
    """Return what the last step of Add Customer Organization sends."""
    fields = alice.form("/customers/new/") | {
        "step": "confirm",
        "go": "invite",
        "name": "Tartu Observatory",
        "segment": "COM",
        "offerings": ["team"],
        "country": "EE",
        "region": "",
        "city": "Tartu",
        "address_1": "Observatooriumi 1",
        "address_2": "",
        "postal_code": "61602",
        "contact_first_name": "Vera",
        "contact_last_name": "Vaher",
        "contact_email": "vera@observatory.example",
        "language": "en",
    }
    return fields | changes


def purchase_form(alice, customer) -> Fields:
    """Return what Create new Purchase Authorization sends for five licenses."""
    fields = alice.form(f"/customers/{customer.vip_id}/authorizations/new/")
    return fields | {"product": [str(a_product().pk)], "quantity": ["5"]}


def path_of(authorization, what: str) -> str:
    """Return the address of something that is done to a PA."""
    customer = authorization.customer
    return f"/customers/{customer.vip_id}/authorizations/{authorization.number}/{what}/"


def events(customer, kind: str) -> int:
    """Count what happened to a customer."""
    return CustomerEvent.objects.filter(customer=customer, kind=kind).count()


def with_own_keys(fields: Fields, times: int = TIMES) -> list[Fields]:
    """Return the same form many times, as if each had been opened anew."""
    return [fields | {"key": str(uuid.uuid4())} for _ in range(times)]


@pytest.fixture(scope="module")
def open_without_constraints(open_another):
    with open_another() as house:
        drop_constraint(house, "customers_customer", "one_customer_per_name_and_contact")
        drop_constraint(house, "authorizations_order", "one_order_per_number")
        yield house


@pytest.fixture
def house_without_constraints(open_without_constraints, enter):
    """A console whose database takes the same customer and the same order number twice."""
    return enter(open_without_constraints)


def drop_constraint(house, table: str, name: str) -> None:
    """Take a constraint away from the database of a house that is torn down afterwards."""
    statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
    databases.run_as_owner(
        statement.format(sql.Identifier(table), sql.Identifier(name)), database=house.database
    )


def test_c21_one_form_sent_fifty_times_creates_one_pa(house, new_customer):
    alice, customer = house.person(ALICE), new_customer()
    path, fields = (
        f"/customers/{customer.vip_id}/authorizations/new/",
        purchase_form(alice, customer),
    )
    answers = alice.send_together([(path, fields)] * TIMES)
    assert statuses(answers) == {302}
    assert len(places(answers)) == 1
    assert PurchaseAuthorization.objects.filter(customer=customer).count() == 1
    assert Email.objects.filter(about=customer.vip_id, template="pa_created").count() == 1


def test_without_keys_one_form_creates_many_pas(house_without_keys, new_customer):
    alice = house_without_keys.person(ALICE)

    def creates_many(_round: int) -> bool:
        customer = new_customer()
        path = f"/customers/{customer.vip_id}/authorizations/new/"
        alice.send_together([(path, purchase_form(alice, customer))] * 8)
        return PurchaseAuthorization.objects.filter(customer=customer).count() > 1

    does_harm(creates_many)


def test_c21_one_form_sent_fifty_times_invites_one_customer(house):
    alice = house.person(ALICE)
    fields = invitation_form(alice, name="Enter Hammer", contact_email="enter@hammer.example")
    answers = alice.send_together([("/customers/new/", fields)] * TIMES)
    assert statuses(answers) == {302}
    assert len(places(answers)) == 1
    invited = Customer.objects.get(contact_email="enter@hammer.example")
    assert Email.objects.filter(about=invited.vip_id, template="customer_invited").count() == 1


def test_fifty_forms_about_one_organization_invite_one_customer(house):
    alice = house.person(ALICE)
    forms = with_own_keys(invitation_form(alice))
    answers = alice.send_together([("/customers/new/", fields) for fields in forms])
    assert sorted(answer.status_code for answer in answers) == [302] + [422] * (TIMES - 1)
    assert Customer.objects.filter(contact_email="vera@observatory.example").count() == 1
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert "This organization was invited with this contact already." in refused.text


def test_without_the_constraint_fifty_forms_invite_many_customers(house_without_constraints):
    alice = house_without_constraints.person(ALICE)

    def invites_many(number: int) -> bool:
        address = f"vera{number}@observatory.example"
        form = invitation_form(alice, contact_email=address, same_name_ok="on")
        forms = with_own_keys(form, times=8)
        alice.send_together([("/customers/new/", fields) for fields in forms])
        return Customer.objects.filter(contact_email=address).count() > 1

    does_harm(invites_many)


def test_c21_cancelling_fifty_times_cancels_once(house, new_authorization):
    alice, authorization = house.person(ALICE), new_authorization()
    path = path_of(authorization, "cancellation")
    fields = alice.form(path)
    same = [(path, fields)] * (TIMES // 2)
    own = [(path, other) for other in with_own_keys(fields, TIMES // 2)]
    answers = alice.send_together(same + own)
    assert statuses(answers) <= {302, 409}
    assert len({answer.status_code for answer in answers[: TIMES // 2]}) == 1
    assert events(authorization.customer, "authorization_cancelled") == 1
    told = f"{authorization.number} is cancelled: North cancelled it on"
    assert all(told in a.text for a in answers if a.status_code == 409)


def test_without_the_lock_cancelling_many_times_cancels_more_than_once(
    house_without_lock, new_authorization
):
    alice = house_without_lock.person(ALICE)

    def cancels_more_than_once(_round: int) -> bool:
        authorization = new_authorization()
        path = path_of(authorization, "cancellation")
        forms = with_own_keys(alice.form(path), times=16)
        alice.send_together([(path, fields) for fields in forms])
        return events(authorization.customer, "authorization_cancelled") > 1

    does_harm(cancels_more_than_once)


def test_one_order_number_is_recorded_once(house, new_authorization):
    alice = house.person(ALICE)
    answers = alice.send_together(orders_of_one_number("SO-1", alice, new_authorization, TIMES))
    assert [answer.status_code for answer in answers].count(302) == 1
    assert statuses(answers) == {302, 409, 422}
    assert Order.objects.filter(number="SO-1").count() == 1
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert "is recorded already" in refused.text


def test_without_the_constraint_one_order_number_is_recorded_often(
    house_without_constraints, new_authorization
):
    alice = house_without_constraints.person(ALICE)

    def is_recorded_often(round_number: int) -> bool:
        number = f"SO-OFTEN-{round_number}"
        alice.send_together(orders_of_one_number(number, alice, new_authorization, 8))
        return Order.objects.filter(number=number).count() > 1

    does_harm(is_recorded_often)


def orders_of_one_number(
    number: str, alice, new_authorization, times: int
) -> list[tuple[str, Fields]]:
    """Return order forms of one number for five PAs in turn, each form opened on its own."""
    rows = [new_authorization() for _ in range(5)]
    fields = alice.form(path_of(rows[0], "order")) | {"number": number}
    return [
        (path_of(row, "order"), own | {"authorizations": [row.number]})
        for row, own in zip(itertools.cycle(rows), with_own_keys(fields, times), strict=False)
    ]


def test_c21_one_order_form_sent_fifty_times_orders_once(house, new_authorization):
    alice, authorization = house.person(ALICE), new_authorization()
    path = path_of(authorization, "order")
    fields = alice.form(path) | {"number": "SO-2"}
    answers = alice.send_together([(path, fields)] * TIMES)
    assert statuses(answers) == {302}
    assert len(places(answers)) == 1
    assert Order.objects.filter(number="SO-2").count() == 1
    assert events(authorization.customer, "authorization_ordered") == 1


@pytest.mark.long
def test_c20_of_cancel_and_order_exactly_one_wins(house, new_authorization, long_run):
    alice = house.person(ALICE)
    cancel_fields = order_fields = None
    for number in range(1000 if long_run else 20):
        authorization = new_authorization()
        cancel, order = path_of(authorization, "cancellation"), path_of(authorization, "order")
        cancel_fields = cancel_fields or alice.form(cancel)
        order_fields = order_fields or alice.form(order)
        [to_cancel] = with_own_keys(cancel_fields, 1)
        [to_order] = with_own_keys(order_fields, 1)
        to_order |= {"number": f"RACE-{number}", "authorizations": [authorization.number]}
        race = [(cancel, to_cancel), (order, to_order)]
        answers = alice.send_together(race if number % 2 else race[::-1])
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        authorization.refresh_from_db()
        cancelled = authorization.cancelled_at is not None
        assert cancelled != (authorization.order_id is not None)
        expected = "No further order" if cancelled else "Only a pending"
        assert expected in loser.text


def test_without_the_lock_cancel_and_order_both_win(house_without_lock, new_authorization):
    alice = house_without_lock.person(ALICE)

    def both_win(number: int) -> bool:
        authorization = new_authorization()
        cancel, order = path_of(authorization, "cancellation"), path_of(authorization, "order")
        to_order = alice.form(order) | {"number": f"BOTH-{number}"}
        answers = alice.send_together([(cancel, alice.form(cancel)), (order, to_order)])
        calm = sorted(answer.status_code for answer in answers) == [302, 409]
        return not calm or bool(invariants.broken())

    does_harm(both_win)
