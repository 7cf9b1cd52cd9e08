"""Who goes without: chosen by an admin while licenses wait, by the manager who cancels."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.choose import choose_last
from authorizations.licenses.choosing import Answer, questions_of_cancelling
from authorizations.models import Assignment, Person
from notifications.models import Email
from tests.authorizations.licenses.hands import TODAY, holders, on, pay, refusal, states, told
from tests.personas import day_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_of_three(customer, buy, give, set_today):
    """Three people, two licenses that work and two suspended; return the day."""
    paid = buy("2026-01-02", quantity=2)
    buy("2026-01-20", quantity=2)
    give("Ann", "Ben", "Cleo", on="2026-02-02")
    pay(paid, "2026-02-03", set_today)
    return dt.date(2026, 3, 22)


def ids(*names: str) -> set[int]:
    found = Assignment.objects.held().filter(person__name__in=names)
    return set(found.values_list("pk", flat=True))


def test_the_admin_chooses_who_waits(customer, photoshop, vera, two_of_three):
    answer = Answer(1, ids("Ann"))
    choose_last(customer, photoshop, answer=answer, by=vera, day=day_of(customer, two_of_three))
    assert states(customer, photoshop, two_of_three) == {
        "Ben": "works",
        "Cleo": "works",
        "Ann": "waits",
    }
    assert told(customer)[-1] == "put Ann last in line for Test Photoshop"


def test_choosing_the_newest_changes_nothing(customer, photoshop, vera, two_of_three):
    before = told(customer)
    choose_last(
        customer,
        photoshop,
        answer=Answer(1, ids("Cleo")),
        by=vera,
        day=day_of(customer, two_of_three),
    )
    assert holders(customer) == ["Ann", "Ben", "Cleo"] and told(customer) == before


@pytest.mark.parametrize(
    ("asked", "names", "code"),
    [(1, (), "count"), (1, ("Ann", "Ben"), "count"), (2, ("Ann", "Ben"), "changed")],
)
def test_exactly_as_many_as_go_without_are_chosen(
    customer, photoshop, vera, two_of_three, asked, names, code
):
    answer = Answer(asked, ids(*names))
    with refusal(code):
        choose_last(customer, photoshop, answer=answer, by=vera, day=day_of(customer, two_of_three))
    assert holders(customer) == ["Ann", "Ben", "Cleo"]


def test_nobody_of_another_product_or_customer_is_chosen(
    customer, photoshop, illustrator, buy, give, vera, set_today, two_of_three
):
    elsewhere = Assignment.objects.create(
        reseller=customer.reseller,
        customer=customer,
        product=illustrator,
        person=Person.objects.earliest("pk"),
    )
    with refusal("changed"):
        answer = Answer(1, {elsewhere.pk})
        choose_last(customer, photoshop, answer=answer, by=vera, day=day_of(customer, two_of_three))


def test_cancelling_takes_the_newest_licenses(customer, photoshop, alice, buy, give):
    buy(quantity=1)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    (question,) = questions_of_cancelling(second, day=on(customer, TODAY))
    assert (question.product, question.number) == (photoshop, 2)
    assert [row.person.name for row in question.newest] == ["Cleo", "Ben"]
    cancel_authorization(second, by=alice, day=day_of(second, TODAY))
    assert holders(customer) == ["Ann"]
    assert set(
        Assignment.objects.exclude(ended_at=None).values_list("ended_because", "ended_by")
    ) == {("cancelled", alice.pk)}
    assert told(customer)[-1] == (
        f"ended 2 licenses of Test Photoshop with {second.number}: Ben, Cleo"
    )


def test_the_manager_chooses_who_loses_a_license(customer, photoshop, alice, buy, give):
    buy(quantity=1)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    losing = {photoshop.pk: Answer(2, ids("Ann", "Cleo"))}
    cancel_authorization(second, losing=losing, by=alice, day=day_of(second, TODAY))
    assert holders(customer) == ["Ben"]
    email = Email.objects.filter(template="pa_cancelled").latest("pk")
    assert email.context["losses"] == [
        {"product": "Test Photoshop", "people": ["Ann", "Cleo"], "more": 0}
    ]


def test_cancelling_asks_for_exactly_as_many_as_lose(customer, photoshop, alice, buy, give):
    buy(quantity=1)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    with refusal("count") as refused:
        losing = {photoshop.pk: Answer(2, ids("Ann"))}
        cancel_authorization(second, losing=losing, by=alice, day=day_of(second, TODAY))
    assert refused.value.field == f"last_{photoshop.pk}"
    assert str(refused.value) == "Choose exactly 2 people; you have chosen 1."
    with refusal("changed"):
        losing = {photoshop.pk: Answer(1, ids("Ann"))}
        cancel_authorization(second, losing=losing, by=alice, day=day_of(second, TODAY))
    with refusal("changed"):
        cancel_authorization(second, losing={}, by=alice, day=day_of(second, TODAY))
    second.refresh_from_db()
    assert second.cancelled_at is None and len(holders(customer)) == 3


def test_cancelling_asks_nobody_while_enough_remain(customer, alice, buy, give):
    buy(quantity=3)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    assert questions_of_cancelling(second, day=on(customer, TODAY)) == []
    cancel_authorization(second, losing={}, by=alice, day=day_of(second, TODAY))
    assert len(holders(customer)) == 3
