"""C23: an admin's page is open, and meanwhile another admin, the reseller or ops did something."""

from __future__ import annotations

import uuid

import pytest

from authorizations.actions.assign import assign, take_back
from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Assignment, Person, Product
from customers.actions.admins import (
    AdminDetails,
    invite_admin,
    remove_admin,
    resend_admin_invitation,
    withdraw_admin_invitation,
)
from customers.actions.member_accounts import close_account
from customers.models import Membership, TermsAcceptance
from tests import personas
from tests.personas import day_of


@pytest.fixture
def product(db):
    """A product whose licenses people get by name."""
    return Product.objects.create(name="Stale Product", family="Test", offering="team")


@pytest.fixture
def bought(customer, product, alice, pinned_today):
    """A pending PA of two licenses."""
    terms = {"po_number": "", "by": alice, "day": day_of(alice, pinned_today)}
    return create_authorization(customer, lines=[(product, 2)], **terms)


@pytest.fixture
def given(customer, product, bought, vera, viktor, pinned_today):
    """Ann's license."""
    people = [("Ann", "ann@people.example")]
    return assign(customer, product, people=people, by=vera, day=day_of(customer, pinned_today))[0]


@pytest.fixture
def open_page(login, vera, customer):
    """Return a function that opens a page of Vera's; what it returns sends its form."""
    client = login(vera)

    def open_(rest: str, **query: str):
        path = customer.get_member_url() + rest
        page = client.get(path, query)
        assert page.status_code == 200
        form = page.context["form"]
        known = {name: value for name, value in form.initial.items() if value is not None}
        return lambda **fields: client.post(path, {**known, **fields})

    return open_


def below(product, what: str) -> str:
    return f"products/{product.pk}/{what}/"


def calm(answer, *, status: int = 409) -> str:
    """Return the text of an answer that changes nothing and says what happened."""
    assert answer.status_code == status, answer.status_code
    assert "Traceback" not in answer.text and "Server Error" not in answer.text
    return answer.text


def test_a_license_the_other_admin_took_back(open_page, product, given, viktor, pinned_today):
    back = open_page(below(product, "take-back"), a=str(given.pk))
    everything = open_page(f"people/{given.person_id}/take-back/")
    take_back([given], by=viktor, day=day_of([given], pinned_today))
    calm(back(a=str(given.pk)))
    calm(everything())
    assert Assignment.objects.get().ended_by == viktor


def test_a_license_the_other_admin_gave_to_the_same_person(
    open_page, customer, product, bought, viktor, pinned_today
):
    give = open_page(below(product, "give"))
    people = [("Ben", "ben@people.example")]
    assign(customer, product, people=people, by=viktor, day=day_of(customer, pinned_today))
    assert "already" in calm(give(name="Ben", address="BEN@people.example"), status=422)
    assert Assignment.objects.count() == 1


def test_the_last_license_the_other_admin_gave_away(
    open_page, customer, product, given, viktor, pinned_today
):
    give = open_page(below(product, "give"))
    people = [("Ben", "ben@people.example")]
    assign(customer, product, people=people, by=viktor, day=day_of(customer, pinned_today))
    assert "in use" in calm(give(name="Cid", address="cid@people.example"))
    assert not Person.objects.filter(name="Cid").exists()


def test_a_person_who_was_renamed_loses_the_license_under_the_new_name(
    open_page, customer, product, given, viktor, alice, pinned_today
):
    second = Product.objects.create(name="Second Product", family="Test", offering="team")
    terms = {"po_number": "", "by": alice, "day": day_of(alice, pinned_today)}
    create_authorization(customer, lines=[(second, 1)], **terms)
    back = open_page(below(product, "take-back"), a=str(given.pk))
    people = [("Ann Married", "ann@people.example")]
    assign(customer, second, people=people, by=viktor, day=day_of(customer, pinned_today))
    assert back(a=str(given.pk)).status_code == 302
    held = Assignment.objects.held().select_related("person").get()
    assert (held.product, held.person.name) == (second, "Ann Married")


def test_a_pa_that_was_cancelled_takes_its_licenses_along(
    open_page, customer, product, bought, alice, vera, pinned_today
):
    give = open_page(below(product, "give"))
    listed = open_page("people/import/")
    cancel_authorization(bought, by=alice, day=day_of(bought, pinned_today))
    answer = give(name="Ben", address="ben@people.example")
    # Nobody ever had a license of it: the product's pages are gone with it.
    assert answer.status_code == 404
    text = "name,email\nBen,ben@people.example\n"
    answer = listed(product=str(product.pk), text=text, go="1", expected="1")
    assert answer.status_code == 422
    assert not Person.objects.exists()


def test_a_pa_that_was_cancelled_while_somebody_had_its_license(
    open_page, product, given, bought, alice, pinned_today
):
    give = open_page(below(product, "give"))
    back = open_page(below(product, "take-back"), a=str(given.pk))
    cancel_authorization(bought, by=alice, day=day_of(bought, pinned_today))
    assert "There is no license" in calm(give(name="Ben", address="ben@people.example"))
    calm(back(a=str(given.pk)))


def test_a_pa_that_was_ordered_changes_nothing_for_whoever_gives(
    open_page, product, bought, alice, pinned_today
):
    give = open_page(below(product, "give"))
    record_order(
        [bought],
        number="SO-1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([bought], pinned_today),
    )
    assert give(name="Ben", address="ben@people.example").status_code == 302


def test_a_pa_that_was_suspended_overnight_gives_nothing_away(
    open_page, product, given, bought, set_today
):
    give = open_page(below(product, "give"))
    request = open_page("requests/new/")
    set_today("2026-05-02")
    assert bought.number in calm(give(name="Ben", address="ben@people.example"))
    answer = request(product=str(product.pk), quantity="2", po_number="")
    assert bought.number in calm(answer)


def test_terms_that_were_published_meanwhile(open_page, customer, product, bought, program, vera):
    give, listed = open_page(below(product, "give")), open_page("people/import/")
    personas.make_vip_terms(program, version=2)
    terms = open_page("terms/")
    personas.make_vip_terms(program, version=3)
    assert "terms" in calm(give(name="Ben", address="ben@people.example"))
    text = "name,email\nBen,ben@people.example\n"
    assert "terms" in calm(listed(product=str(product.pk), text=text, go="1", expected="1"))
    answer = terms(version="2", agreed="on")
    assert "have just changed" in calm(answer, status=422)
    assert list(TermsAcceptance.objects.values_list("terms__version", flat=True)) == [1]


def test_an_admin_who_was_removed_meanwhile(
    open_page, login, customer, product, given, vera, viktor, pinned_today
):
    pages = ["give", "take-back"]
    send = [open_page(below(product, page)) for page in pages]
    send += [open_page("admins/new/"), open_page("admins/handover/"), open_page("requests/new/")]
    vera_is = Membership.objects.get(user=vera)
    remove_admin(vera_is, by=viktor, day=day_of(vera_is, pinned_today))
    for form in send:
        assert form(a=str(given.pk)).status_code == 404
    assert Assignment.objects.held().count() == 1
    home = login(vera).get("/member/")
    assert home.status_code == 200, "who is admin of nothing is told so"


def test_the_successor_was_removed_or_closed_meanwhile(
    open_page, customer, vera, viktor, ops, pinned_today
):
    to = Membership.objects.get(user=viktor)
    over, remove = open_page("admins/handover/"), open_page(f"admins/{to.pk}/removal/")
    close_account(viktor, by=ops)
    calm(over(to=str(to.pk)), status=422)
    assert remove().status_code == 302
    assert remove(key=str(uuid.uuid4())).status_code in {404, 409}
    assert Membership.objects.active().get().user == vera


def test_two_admins_who_remove_each_other_leave_one(
    open_page, login, customer, vera, viktor, pinned_today
):
    his, hers = Membership.objects.get(user=viktor), Membership.objects.get(user=vera)
    remove = open_page(f"admins/{his.pk}/removal/")
    remove_admin(hers, by=viktor, day=day_of(hers, pinned_today))
    assert remove().status_code == 404
    assert Membership.objects.active().get().user == viktor


def test_an_invitation_the_other_admin_sent_again_or_took_back(
    open_page, customer, vera, viktor, pinned_today
):
    details = AdminDetails("Ida", "Ilves", "ida@people.example", "en")
    first = invite_admin(customer, details=details, by=vera, day=day_of(customer, pinned_today))
    again, away = (
        open_page(f"admins/invitations/{first.pk}/{w}/") for w in ("resend", "withdrawal")
    )
    second = resend_admin_invitation(first, by=viktor, day=day_of(first, pinned_today))
    for send in (again, away):
        assert send().status_code in {404, 409}
    withdraw = open_page(f"admins/invitations/{second.pk}/withdrawal/")
    withdraw_admin_invitation(second, by=viktor, day=day_of(second, pinned_today))
    assert withdraw().status_code in {404, 409}
    assert customer.admin_invitations.count() == 2


def test_a_request_for_a_product_that_was_retired_meanwhile(
    open_page, customer, product, vera, pinned_today
):
    request = open_page("requests/new/")
    Product.objects.filter(pk=product.pk).update(retired_on=pinned_today)
    calm(request(product=str(product.pk), quantity="2", po_number=""), status=422)
    assert not customer.authorizations.exists()


def test_a_choice_that_the_order_made_needless(
    open_page, customer, product, given, bought, vera, alice, set_today
):
    set_today("2026-05-02")
    choice = open_page(below(product, "choice"))
    today = set_today("2026-05-03")
    record_order([bought], number="SO-1", ordered_on=today, by=alice, day=day_of([bought], today))
    answer = choice()
    assert answer.status_code in {302, 409, 422}
    assert Assignment.objects.held().count() == 1
