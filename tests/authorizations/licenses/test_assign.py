"""Giving people licenses, taking them back, and what is told of it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from authorizations.actions.assign import assign, take_back
from authorizations.actions.choose import choose_last
from authorizations.actions.import_people import import_people
from authorizations.models import Assignment, Person
from customers.models import CustomerEvent, Membership, TermsAcceptance
from tests import personas
from tests.authorizations.licenses.hands import TODAY, holders, pay, refusal, told
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def test_licenses_are_given_until_none_is_free(customer, photoshop, buy, give, vera):
    buy(quantity=2)
    give("Ann", "Ben")
    assert holders(customer) == ["Ann", "Ben"]
    with refusal("none_free") as refused:
        give("Cleo")
    assert str(refused.value) == "All 2 licenses of Test Photoshop are in use."
    assert holders(customer) == ["Ann", "Ben"]
    given = Assignment.objects.earliest("pk")
    assert (given.assigned_by, given.person.address) == (vera, "ann@people.example")


def test_all_or_none_get_a_license(customer, buy, give):
    buy(quantity=2)
    give("Ann")
    with refusal("none_free") as refused:
        give("Ben", "Cleo")
    assert str(refused.value) == "Only 1 license is free."
    assert holders(customer) == ["Ann"] and Person.objects.count() == 1


def test_the_refusal_names_the_pa_that_has_to_be_ordered(customer, buy, give, set_today):
    paid = buy("2026-01-02", quantity=1)
    late = buy("2026-01-20", quantity=3)
    pay(paid, "2026-01-21", set_today)
    give("Ann", on="2026-02-01")
    with refusal("none_free") as refused:
        give("Ben", on="2026-03-22")
    assert str(refused.value) == (
        "The only license of Test Photoshop is in use."
        f" 3 licenses are suspended until {late.number} is ordered."
    )


def test_a_product_nobody_holds_cannot_be_given(give):
    with refusal("not_held"):
        give("Ann")


def test_licenses_of_devices_are_not_given_to_people(buy, give, device):
    buy(product=device)
    with refusal("not_given_to_people"):
        give("Ann", product=device)


def test_nothing_new_is_given_until_new_terms_are_accepted(
    customer, program, vera, buy, give, pinned_today
):
    buy()
    (ann,) = give("Ann")
    newer = personas.make_vip_terms(program, version=2)
    with refusal("terms"):
        give("Ben")
    take_back([ann], by=vera, day=day_of([ann], pinned_today))
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
def test_nobody_gets_two_licenses_of_a_product(customer, photoshop, buy, give, vera, address):
    buy()
    give("Ann")
    with refusal("has_it") as refused:
        assign(customer, photoshop, people=[("", address)], by=vera, day=day_of(customer, TODAY))
    assert refused.value.field == "address"
    with refusal("has_it"):
        give("Ben", "Ben")


@each(
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
        assign(customer, photoshop, people=[(name, address)], by=vera, day=day_of(customer, TODAY))
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
    assign(customer, photoshop, people=[(name, address)], by=vera, day=day_of(customer, TODAY))
    person = Person.objects.get()
    assert (person.name, person.address) == (name, address)


def test_a_known_person_gets_another_product_and_a_new_name(
    customer, photoshop, illustrator, buy, give, vera
):
    buy()
    buy(product=illustrator)
    give("Ann")
    people = [("Ann Adams", "Ann@people.example")]
    assign(customer, illustrator, people=people, by=vera, day=day_of(customer, TODAY))
    person = Person.objects.get()
    assert (person.name, person.address) == ("Ann Adams", "ann@people.example")
    assert person.search_text.startswith("ann adams")


def test_a_license_taken_back_is_free_and_remembered(customer, buy, give, vera):
    buy(quantity=1)
    (ann,) = give("Ann")
    assert take_back([ann], by=vera, day=day_of([ann], TODAY)) == 1
    give("Ben")
    ann.refresh_from_db()
    assert (ann.ended_by, ann.ended_because) == (vera, Assignment.Ended.TAKEN_BACK)
    assert holders(customer) == ["Ben"]
    with refusal("gone"):
        take_back([ann], by=vera, day=day_of([ann], TODAY))


def test_somebody_can_get_a_license_again(customer, buy, give, vera):
    buy(quantity=1)
    (ann,) = give("Ann")
    take_back([ann], by=vera, day=day_of([ann], TODAY))
    give("Ann")
    assert holders(customer) == ["Ann"] and Assignment.objects.count() == 2


def test_every_change_is_told(customer, buy, give, vera):
    buy()
    ann, *_ = give("Ann", "Ben", "Cleo", "Dora")
    take_back([ann], by=vera, day=day_of([ann], TODAY))
    take_back(Assignment.objects.held().in_queue(), by=vera, day=day_of(customer, TODAY))
    give("Emil")
    assert told(customer) == [
        "gave 4 licenses of Test Photoshop: Ann, Ben, Cleo …",
        "took the license of Test Photoshop back from Ann",
        "took 3 licenses of Test Photoshop back: Ben, Cleo, Dora",
        "gave Emil a license of Test Photoshop",
    ]
    assert {row.by for row in CustomerEvent.objects.filter(kind__startswith="license")} == {vera}


def test_who_was_removed_a_moment_ago_gives_and_takes_nothing(customer, photoshop, buy, give, vera):
    """The page was opened by an admin; another one ended that while the form was on its way."""
    buy(quantity=2)
    give("Ann")
    given = Assignment.objects.get()
    Membership.objects.filter(user=vera).update(removed_at=timezone.now(), removed_by=vera)
    with refusal("not_admin"):
        give("Ben")
    with refusal("not_admin"):
        take_back([given], by=vera, day=day_of(customer, TODAY))
    with refusal("not_admin"):
        choose_last(customer, photoshop, answer=None, by=vera, day=day_of(customer, TODAY))
    with refusal("not_admin"):
        import_people(customer, [], expected=0, by=vera, day=day_of(customer, TODAY))
    assert holders(customer) == ["Ann"]
