"""Licences in people's hands: whose works, who loses it, and every verb that changes it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from authorizations import invariants
from authorizations.actions.assign import assign, take_back
from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.choose import choose_last
from authorizations.actions.order import record_order
from authorizations.actions.settle import settle
from authorizations.assignments import State, line_of, lines_of
from authorizations.choosing import Answer, questions_of_cancelling
from authorizations.licences import product_rows
from authorizations.models import Assignment, OrderLine, Person
from authorizations.night.run import run_night
from customers.models import CustomerEvent, TermsAcceptance
from customers.standing import day_of
from notifications.models import Email
from reseller_console.accounts.activity import sentence
from reseller_console.lib.refusals import ActionRefused
from tests import personas

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2024-01-01")
    customer = make_customer()
    set_today(pinned_today)
    return customer


def on(customer, date: str | dt.date):
    """Return the customer's day of that date."""
    return day_of(customer.reseller, dt.date.fromisoformat(str(date)))


def states(customer, product, date: str | dt.date = TODAY) -> dict[str, str]:
    """Return what each person's licence is good for on a date."""
    line = line_of(customer, product, day=on(customer, date))
    held = Assignment.objects.held().filter(customer=customer, product=product)
    return {row.person.name: line.state_of(row).value for row in held.in_line()}


def holders(customer) -> list[str]:
    held = Assignment.objects.held().filter(customer=customer)
    return [row.person.name for row in held.in_line()]


def told(customer) -> list[str]:
    """Return the sentences of the activity that are about people's licences."""
    rows = CustomerEvent.objects.filter(customer=customer, kind__startswith="licence")
    return [sentence(row) for row in rows.order_by("at", "pk")]


def refusal(code: str):
    return pytest.raises(ActionRefused, check=lambda error: error.code == code)


def pay(pa, date: str, set_today) -> None:
    today = set_today(date)
    record_order([pa], number=f"O{pa.pk}", ordered_on=today, by=pa.customer.managed_by, today=today)
    set_today(TODAY)


# --- Whose licence works


@pytest.mark.parametrize(
    ("date", "ordered", "expected"),
    [
        # Created on 2 January: due 1 February, suspended after 3 March, counts to 2027-01-02.
        ("2026-03-03", None, "works works works"),
        ("2026-03-04", None, "waits waits waits"),
        ("2026-03-05", "2026-03-05", "works works works"),
        ("2027-02-01", None, "waits waits waits"),
        ("2027-02-02", None, "lost lost lost"),
        ("2027-02-01", "2026-03-05", "works works works"),
        ("2027-02-02", "2026-03-05", "lost lost lost"),
    ],
)
def test_a_licence_works_waits_and_is_lost_by_the_day(
    customer, photoshop, buy, give, set_today, date, ordered, expected
):
    pa = buy("2026-01-02", quantity=3)
    give("Ann", "Ben", "Cleo", on="2026-01-03")
    if ordered:
        pay(pa, ordered, set_today)
    assert list(states(customer, photoshop, date).values()) == expected.split()


def test_the_newest_are_the_first_not_to_work(customer, photoshop, buy, give, set_today):
    paid = buy("2026-01-02", quantity=2)
    buy("2026-01-20", quantity=2)
    give("Ann", on="2026-02-01")
    give("Ben", "Cleo", on="2026-02-02")
    pay(paid, "2026-02-03", set_today)
    assert states(customer, photoshop, "2026-03-22") == {
        "Ann": "works",
        "Ben": "works",
        "Cleo": "waits",
    }
    assert states(customer, photoshop, "2026-03-21")["Cleo"] == "works"


def test_a_partial_return_takes_the_newest_licences(customer, photoshop, buy, give, set_today):
    pa = buy(quantity=3)
    give("Ann", "Ben", "Cleo")
    pay(pa, "2026-03-02", set_today)
    OrderLine.objects.filter(authorization=pa).update(returned_quantity=2)
    assert states(customer, photoshop) == {"Ann": "works", "Ben": "lost", "Cleo": "lost"}
    OrderLine.objects.filter(authorization=pa).update(returned_quantity=3)
    assert set(states(customer, photoshop).values()) == {"lost"}


def test_lines_are_counted_as_the_products_are(customer, photoshop, device, buy, give, set_today):
    paid = buy("2026-01-02", quantity=2)
    buy("2026-01-20", quantity=2)
    buy("2026-01-21", quantity=4, product=device)
    give("Ann", "Ben", "Cleo", on="2026-02-02")
    pay(paid, "2026-02-03", set_today)
    day = on(customer, "2026-03-22")
    line = lines_of(customer, day=day)[photoshop.pk]
    assert (line.usable, line.suspended, line.owned, line.held) == (2, 2, 4, 3)
    assert (line.in_use, line.free, line.waiting, line.lost) == (3, 0, 1, 0)
    rows = {row.product: row for row in product_rows(customer, day=day)}
    row = rows[photoshop]
    assert (row.usable, row.licences, row.in_use, row.waiting, row.free) == (2, 4, 3, 1, 0)
    assert rows[device].in_use == 0 and not device.given_to_people


# --- Giving


def test_licences_are_given_until_none_is_free(customer, photoshop, buy, give, vera):
    buy(quantity=2)
    give("Ann", "Ben")
    assert holders(customer) == ["Ann", "Ben"]
    with refusal("none_free") as refused:
        give("Cleo")
    assert str(refused.value) == "All 2 licences of Test Photoshop are in use."
    assert holders(customer) == ["Ann", "Ben"]
    given = Assignment.objects.earliest("pk")
    assert (given.assigned_by, given.person.address) == (vera, "ann@people.example")


def test_all_or_none_get_a_licence(customer, buy, give):
    buy(quantity=2)
    give("Ann")
    with refusal("none_free") as refused:
        give("Ben", "Cleo")
    assert str(refused.value) == "Only 1 licence is free."
    assert holders(customer) == ["Ann"] and Person.objects.count() == 1


def test_the_refusal_names_the_pa_that_has_to_be_ordered(customer, buy, give, set_today):
    paid = buy("2026-01-02", quantity=1)
    late = buy("2026-01-20", quantity=3)
    pay(paid, "2026-01-21", set_today)
    give("Ann", on="2026-02-01")
    with refusal("none_free") as refused:
        give("Ben", on="2026-03-22")
    assert str(refused.value) == (
        "The only licence of Test Photoshop is in use."
        f" 3 licences are suspended until {late.number} is ordered."
    )


def test_a_product_nobody_holds_cannot_be_given(give):
    with refusal("not_held"):
        give("Ann")


def test_licences_of_devices_are_not_given_to_people(buy, give, device):
    buy(product=device)
    with refusal("not_given_to_people"):
        give("Ann", product=device)


def test_nothing_new_is_given_until_new_terms_are_accepted(
    customer, programme, vera, buy, give, pinned_today
):
    buy()
    (ann,) = give("Ann")
    newer = personas.make_vip_terms(programme, version=2)
    with refusal("terms"):
        give("Ben")
    take_back([ann], by=vera, today=pinned_today)
    TermsAcceptance.objects.create(
        reseller=customer.reseller,
        customer=customer,
        terms=newer,
        accepted_by=vera,
        accepted_name="Vera",
        language="en",
    )
    give("Ben")
    assert holders(customer) == ["Ben"]


@pytest.mark.parametrize("address", ["ann@people.example", "ANN@People.Example"])
def test_nobody_gets_two_licences_of_a_product(customer, photoshop, buy, give, vera, address):
    buy()
    give("Ann")
    with refusal("has_it") as refused:
        assign(customer, photoshop, people=[("", address)], by=vera, today=TODAY)
    assert refused.value.field == "address"
    with refusal("has_it"):
        give("Ben", "Ben")


@pytest.mark.parametrize(
    ("name", "address", "code"),
    [
        ("Ann\u0000", "ann@people.example", "name"),
        ("<b>", "ann@people.example", "name"),
        ("x" * 101, "ann@people.example", "name"),
        ("Ann", "", "address"),
        ("Ann", "ann", "address"),
        ("Ann", "a" * 30 + "@" + "b" * 60 + ("." + "c" * 60) * 3, "address"),
    ],
)
def test_a_bad_name_or_address_is_refused_at_its_field(
    customer, photoshop, buy, vera, name, address, code
):
    buy()
    with refusal(code) as refused:
        assign(customer, photoshop, people=[(name, address)], by=vera, today=TODAY)
    assert refused.value.field == code


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("", "õnne@märt.example"),
        ("王小明", "用户@例子.公司"),
        ("ﷺ" * 100, "many@people.example"),
        ("x" * 100, "ﬃ" * 20 + "@people.example"),
    ],
    ids=["no name", "of other scripts", "taken apart", "folded"],
)
def test_names_and_addresses_of_any_script_are_kept_as_typed(
    customer, photoshop, buy, vera, name, address
):
    buy()
    assign(customer, photoshop, people=[(name, address)], by=vera, today=TODAY)
    person = Person.objects.get()
    assert (person.name, person.address) == (name, address)


def test_a_known_person_gets_another_product_and_a_new_name(
    customer, photoshop, illustrator, buy, give, vera
):
    buy()
    buy(product=illustrator)
    give("Ann")
    people = [("Ann Adams", "Ann@people.example")]
    assign(customer, illustrator, people=people, by=vera, today=TODAY)
    person = Person.objects.get()
    assert (person.name, person.address) == ("Ann Adams", "ann@people.example")
    assert person.search_text.startswith("ann adams")


# --- Taking back


def test_a_licence_taken_back_is_free_and_remembered(customer, buy, give, vera):
    buy(quantity=1)
    (ann,) = give("Ann")
    assert take_back([ann], by=vera, today=TODAY) == 1
    give("Ben")
    ann.refresh_from_db()
    assert (ann.ended_by, ann.ended_because) == (vera, Assignment.Ended.TAKEN_BACK)
    assert holders(customer) == ["Ben"]
    with refusal("gone"):
        take_back([ann], by=vera, today=TODAY)


def test_somebody_can_get_a_licence_again(customer, buy, give, vera):
    buy(quantity=1)
    (ann,) = give("Ann")
    take_back([ann], by=vera, today=TODAY)
    give("Ann")
    assert holders(customer) == ["Ann"] and Assignment.objects.count() == 2


# --- Who goes without


@pytest.fixture
def two_of_three(customer, buy, give, set_today):
    """Three people, two licences that work and two suspended; return the day."""
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
    choose_last(customer, photoshop, answer=answer, by=vera, today=two_of_three)
    assert states(customer, photoshop, two_of_three) == {
        "Ben": "works",
        "Cleo": "works",
        "Ann": "waits",
    }
    assert told(customer)[-1] == "put Ann last in line for Test Photoshop"


def test_choosing_the_newest_changes_nothing(customer, photoshop, vera, two_of_three):
    before = told(customer)
    choose_last(customer, photoshop, answer=Answer(1, ids("Cleo")), by=vera, today=two_of_three)
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
        choose_last(customer, photoshop, answer=answer, by=vera, today=two_of_three)
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
        choose_last(customer, photoshop, answer=answer, by=vera, today=two_of_three)


# --- Cancelling a purchase authorization


def test_cancelling_takes_the_newest_licences(customer, photoshop, alice, buy, give):
    buy(quantity=1)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    (question,) = questions_of_cancelling(second, day=on(customer, TODAY))
    assert (question.product, question.number) == (photoshop, 2)
    assert [row.person.name for row in question.newest] == ["Cleo", "Ben"]
    cancel_authorization(second, by=alice, today=TODAY)
    assert holders(customer) == ["Ann"]
    assert set(
        Assignment.objects.exclude(ended_at=None).values_list("ended_because", "ended_by")
    ) == {("cancelled", alice.pk)}
    assert told(customer)[-1] == (
        f"ended 2 licences of Test Photoshop with {second.number}: Ben, Cleo"
    )


def test_the_manager_chooses_who_loses_a_licence(customer, photoshop, alice, buy, give):
    buy(quantity=1)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    losing = {photoshop.pk: Answer(2, ids("Ann", "Cleo"))}
    cancel_authorization(second, losing=losing, by=alice, today=TODAY)
    assert holders(customer) == ["Ben"]
    letter = Email.objects.filter(letter="pa_cancelled").latest("pk")
    assert letter.context["losses"] == [
        {"product": "Test Photoshop", "people": ["Ann", "Cleo"], "more": 0}
    ]


def test_cancelling_asks_for_exactly_as_many_as_lose(customer, photoshop, alice, buy, give):
    buy(quantity=1)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    with refusal("count") as refused:
        losing = {photoshop.pk: Answer(2, ids("Ann"))}
        cancel_authorization(second, losing=losing, by=alice, today=TODAY)
    assert refused.value.field == f"last_{photoshop.pk}"
    assert str(refused.value) == "Choose exactly 2 people; you have chosen 1."
    with refusal("changed"):
        losing = {photoshop.pk: Answer(1, ids("Ann"))}
        cancel_authorization(second, losing=losing, by=alice, today=TODAY)
    with refusal("changed"):
        cancel_authorization(second, losing={}, by=alice, today=TODAY)
    second.refresh_from_db()
    assert second.cancelled_at is None and len(holders(customer)) == 3


def test_cancelling_asks_nobody_while_enough_remain(customer, alice, buy, give):
    buy(quantity=3)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    assert questions_of_cancelling(second, day=on(customer, TODAY)) == []
    cancel_authorization(second, losing={}, by=alice, today=TODAY)
    assert len(holders(customer)) == 3


# --- Settling


@pytest.fixture
def lapsed(customer, buy, give):
    """Three people whose PA has lapsed; return the first day without licences."""
    buy("2026-01-02", quantity=3)
    give("Ann", "Ben", "Cleo", on="2026-01-03")
    return dt.date(2027, 2, 2)


def test_the_night_writes_down_who_has_lost_a_licence(customer, north, lapsed):
    run_night(north, today=lapsed - dt.timedelta(days=1))
    assert len(holders(customer)) == 3
    run = run_night(north, today=lapsed)
    assert run.counts["licences_ended"] == 3 and holders(customer) == []
    assert told(customer)[-1] == (
        "3 licences of Test Photoshop ended; they are not owned any more: Ann, Ben, Cleo"
    )
    assert run_night(north, today=lapsed).counts["licences_ended"] == 0


def test_licences_that_come_later_do_not_revive_those_that_ended(
    customer, photoshop, buy, give, lapsed, set_today
):
    buy(lapsed.isoformat(), quantity=3)
    assert states(customer, photoshop, lapsed) == {}
    give("Dora", on=lapsed.isoformat())
    assert states(customer, photoshop, lapsed) == {"Dora": "works"}


def test_settling_names_three_people_and_counts_all(customer, buy, give, lapsed, set_today):
    buy("2026-01-03", quantity=3)
    give("Dora", "Emil", on="2026-01-04")
    assert settle([customer], day=on(customer, lapsed + dt.timedelta(days=1))) == 5
    assert told(customer)[-1].endswith(": Ann, Ben, Cleo …")


def test_settling_leaves_other_customers_alone(customer, make_customer, photoshop, give, lapsed):
    other = make_customer()
    person = Person(reseller=other.reseller, customer=other, name="Olaf", address="o@o.example")
    person.derive_keys()
    person.save()
    kept = Assignment.objects.create(
        reseller=other.reseller, customer=other, product=photoshop, person=person
    )
    settle([customer], day=on(customer, lapsed))
    kept.refresh_from_db()
    assert kept.ended_at is None


# --- Invariants


def test_invariants_find_what_is_wrong_with_assignments(
    customer, make_customer, device, buy, give, ada
):
    buy()
    (ann,) = give("Ann")
    assert invariants.broken() == []
    other = make_customer()
    Assignment.objects.filter(pk=ann.pk).update(customer=other)
    assert any("person of the same customer" in line for line in invariants.broken())
    Assignment.objects.filter(pk=ann.pk).update(customer=customer, product=device)
    assert any("given to people" in line for line in invariants.broken())


def test_invariants_find_licences_held_beyond_what_is_owned_after_a_night(
    customer, buy, give, ada, north, pinned_today
):
    buy(quantity=1)
    (ann,) = give("Ann")
    run_night(north, today=pinned_today)
    assert invariants.broken() == []
    Assignment.objects.create(
        reseller=customer.reseller,
        customer=customer,
        product=ann.product,
        person=_another(customer),
        stands_at=timezone.now(),
    )
    assert any("beyond what is owned" in line for line in invariants.broken())


def _another(customer) -> Person:
    person = Person(reseller=customer.reseller, customer=customer, name="B", address="b@b.example")
    person.derive_keys()
    person.save()
    return person


# --- The activity


def test_every_change_is_told(customer, buy, give, vera):
    buy()
    ann, *_ = give("Ann", "Ben", "Cleo", "Dora")
    take_back([ann], by=vera, today=TODAY)
    take_back(Assignment.objects.held().in_line(), by=vera, today=TODAY)
    give("Emil")
    assert told(customer) == [
        "gave 4 licences of Test Photoshop: Ann, Ben, Cleo …",
        "took the licence of Test Photoshop back from Ann",
        "took 3 licences of Test Photoshop back: Ben, Cleo, Dora",
        "gave Emil a licence of Test Photoshop",
    ]
    assert {row.by for row in CustomerEvent.objects.filter(kind__startswith="licence")} == {vera}


def test_states_have_words_and_tones():
    assert {state.tone for state in State} == {"good", "bad", "quiet"}
    assert all(state.meaning for state in State)
