"""Returns: until when, of what, and who loses a license."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.models import Assignment, OrderLine, PurchaseAuthorization, ReturnedLine
from customers.models import CustomerEvent
from notifications.models import Email
from tests.authorizations.purchases.facts import filters_on, licenses, refused
from tests.authorizations.test_status import state_on
from tests.each import each

pytestmark = pytest.mark.django_db

PHOTO = "Test Photoshop"


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def ordered(year):
    """A PA of 5, ordered on 1 March 2025; it can be returned until the 15th."""
    pa = year.authorize("2025-02-20", photo=5)
    return year.order("2025-03-01", pa)


@each(("on", "code"), [("2025-03-01", ""), ("2025-03-15", ""), ("2025-03-16", "too_late")])
def test_an_order_can_be_returned_up_to_the_last_day_of_its_window(year, ordered, on, code):
    if code:
        sentence = refused(code, year.give_back, on, ordered, photo=1)
        assert "could be returned until 15 March 2025" in sentence
    else:
        year.give_back(on, ordered, photo=1)


def test_partial_returns_add_up_and_the_last_one_returns_the_pa(year, ordered):
    pa = PurchaseAuthorization.objects.get()
    for on, number, left, state in (
        ("2025-03-02", 2, 3, "ordered"),
        ("2025-03-05", 2, 1, "ordered"),
        ("2025-03-15", 1, 0, "returned"),
    ):
        year.give_back(on, ordered, photo=number)
        assert licenses(year.customer, d(on)).get(PHOTO, (0,))[0] == left
        assert state_on(pa, d(on)) == state
    # Nothing is left in the first term: the date that it had set goes with it.
    year.customer.refresh_from_db()
    assert year.customer.anniversary_on is None
    assert filters_on(year.customer, d("2025-03-15")) == ["no-products"]
    kinds = CustomerEvent.objects.filter(customer=year.customer).values_list("kind", flat=True)
    assert list(kinds).count("licenses_returned") == 3
    assert list(kinds).count("authorization_returned") == 1
    last = Email.objects.filter(template="licenses_returned").latest("pk")
    assert last.context["pa_numbers"] == pa.number


def test_a_whole_return_takes_what_is_left(year, ordered):
    year.give_back("2025-03-02", ordered, photo=2)
    year.give_back("2025-03-03", ordered)
    assert sorted(ReturnedLine.objects.values_list("quantity", flat=True)) == [2, 3]
    refused("nothing_left", year.give_back, "2025-03-04", ordered)


def test_more_than_is_left_is_refused_at_its_line(year, ordered):
    year.give_back("2025-03-02", ordered, photo=2)
    line = OrderLine.objects.get()
    with pytest.raises(Exception, match="at most 3") as caught:
        year.give_back("2025-03-03", ordered, photo=4)
    assert (caught.value.field, caught.value.code) == (f"line_{line.pk}", "too_many")
    refused("nothing", year.give_back, "2025-03-03", ordered, photo=0)


def test_a_return_number_is_recorded_once(year, ordered):
    year.give_back("2025-03-02", ordered, "RMA 77", photo=1)
    refused("number_taken", year.give_back, "2025-03-03", ordered, "rma 77", photo=1)
    other = year.order_directly("2025-03-02", acro=4)
    refused("number_taken", year.give_back, "2025-03-03", other, "RMA  77")
    year.give_back("2025-03-03", other, "RMA 78")


def test_direct_and_renewal_orders_return_like_those_of_a_pa(year):
    direct = year.order_directly("2025-01-31", acro=4)
    year.give_back("2025-02-14", direct, acro=1)
    assert licenses(year.customer, d("2025-02-14")) == {"Test Acrobat": (3, 0, 0, 3)}
    renewal = year.renew("2026-01-31", acro=3)
    year.give_back("2026-02-14", renewal, acro=2)
    assert licenses(year.customer, d("2026-02-14")) == {"Test Acrobat": (3, 0, 0, 2)}


def test_the_newest_lose_their_licenses_and_are_named(year, ordered):
    from authorizations.actions.assign import give
    from authorizations.licenses.people import Named

    product = year.products["photo"]
    for name in ("Ann", "Ben", "Cleo", "Dora"):
        give(year.customer, product, [Named(name, f"{name}@people.example")], by=year.by)
    year.give_back("2025-03-10", ordered, "RMA-9", photo=3)
    gone = Assignment.objects.filter(ended_because="returned").order_by("pk")
    assert [str(row.person) for row in gone] == ["Cleo", "Dora"]
    told = CustomerEvent.objects.get(kind="licenses_ended_by_return").details
    assert (told["people"], told["number"]) == ("Cleo, Dora", "RMA-9")
    email = Email.objects.get(template="licenses_returned")
    assert email.context["losses"] == [{"product": PHOTO, "people": ["Cleo", "Dora"], "more": 0}]


def test_a_returned_order_that_gave_no_licenses_changes_nothing_else(year):
    pa = year.authorize("2025-01-31", photo=5)
    order = year.order("2026-03-05", pa)
    assert licenses(year.customer, d("2026-03-05")) == {}
    year.give_back("2026-03-06", order)
    assert state_on(pa, d("2026-03-06")) == "returned"
