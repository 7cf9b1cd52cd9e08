"""Record a return: what goes back, until when, who goes without, and what is said of it."""

from __future__ import annotations

import re
import uuid

import pytest

from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct, Renewal
from authorizations.models import Assignment, ReturnedLine
from customers.models import Customer
from tests.authorizations.pages import page, words
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def order(customer, alice, photoshop, acrobat, pinned_today):
    """An order of 2 March 2026 for five licenses of one product and two of another."""
    return record_order(
        direct=[Direct(customer, [(photoshop, 5), (acrobat, 2)])],
        number="4711",
        ordered_on=pinned_today,
        by=alice,
        day=day_of(customer, pinned_today),
    )


@pytest.fixture
def path(path_to, order):
    return path_to(f"orders/{order.pk}/return/")


def form(order, *numbers: object, **more: object) -> dict[str, object]:
    """Return the dialog as a browser sends it, with so many of each line in their order."""
    sent = dict(zip([f"line_{line.pk}" for line in order.lines.all()], numbers, strict=True))
    return {"key": str(uuid.uuid4()), "number": "RMA-1"} | sent | more


def returned() -> list[tuple[str, int]]:
    rows = ReturnedLine.objects.order_by("id").select_related("order_line__product")
    return [(row.order_line.product.name, row.quantity) for row in rows]


def shown_names(response) -> dict[str, bool]:
    """Return whose boxes are shown, and whether they are ticked."""
    found = re.findall(r"<input[^>]*checkbox[^>]*>\s*[^,<]+", page(response))
    return {box.rsplit(">", 1)[1].strip(): "checked" in box for box in found}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_everything_is_filled_in_and_the_dialog_says_until_when(login, alice, path, headers):
    shown = page(login(alice).get(path, **headers))
    assert 'value="5"' in shown and 'value="2"' in shown
    assert "Can be returned until 16 March 2026" in " ".join(shown.split())
    assert "The licenses go at once" in shown


def test_all_of_it_is_returned_and_the_message_names_what_is_gone(login, alice, path, order):
    response = login(alice).post(path, form(order, 5, 2), follow=True)
    assert returned() == [("Test Photoshop", 5), ("Test Acrobat", 2)]
    assert (
        "Return RMA-1 of order 4711 is recorded; these licenses are gone:"
        " 5 × Test Photoshop, 2 × Test Acrobat."
    ) in words(response)
    assert "lost a license" not in words(response)


@each(
    ("numbers", "gone"),
    [
        (("1", "0"), [("Test Photoshop", 1)]),
        (("", "2"), [("Test Acrobat", 2)]),
        ((" 3 ", ""), [("Test Photoshop", 3)]),
    ],
)
def test_a_line_that_stays_is_left_out(login, alice, path, order, numbers, gone):
    assert login(alice).post(path, form(order, *numbers)).status_code == 302
    assert returned() == gone


@each(
    ("numbers", "more", "sentence"),
    [
        (("0", ""), {}, "Enter how many licenses are returned."),
        (("6", "0"), {}, "Test Photoshop: at most 5 can be returned."),
        (("x", "0"), {}, "Use digits only, such as 25."),
        (("-1", "0"), {}, "Use digits only, such as 25."),
        (("1", "0"), {"number": " "}, "Enter the return authorization number."),
        (("1", "0"), {"number": "x" * 36}, "35"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_returned(
    login, alice, path, order, numbers, more, sentence
):
    response = login(alice).post(path, form(order, *numbers, **more))
    assert response.status_code in (409, 422)
    assert sentence in words(response)
    assert returned() == []


def test_a_number_that_was_used_is_refused_at_its_field(login, alice, path, order):
    client = login(alice)
    client.post(path, form(order, 1, 0))
    response = client.post(path, form(order, 1, 0))
    assert response.status_code == 422 and "Return RMA-1 is recorded already." in words(response)
    assert returned() == [("Test Photoshop", 1)]


def test_the_rest_can_follow_and_then_nothing_is_left(login, alice, path, order):
    client = login(alice)
    client.post(path, form(order, 4, 2))
    assert "of 1 license" in words(client.get(path))
    last = order.lines.first()
    sent = {"key": str(uuid.uuid4()), "number": "RMA-2", f"line_{last.pk}": "1"}
    assert client.post(path, sent).status_code == 302
    assert "All licenses of this order have been returned already." in words(client.get(path))


def test_the_same_form_sent_twice_returns_once(login, alice, path, order):
    client, sent = login(alice), form(order, 1, 0)
    assert [client.post(path, sent).status_code for _ in range(2)] == [302, 302]
    assert returned() == [("Test Photoshop", 1)]


def test_the_day_after_the_window_it_says_since_when_not(login, alice, path, order, set_today):
    client = login(alice)
    set_today("2026-03-16")
    assert "Record return" in words(client.get(path))
    set_today("2026-03-17")
    shown = words(client.get(path))
    assert "Order 4711 of 2 March 2026 could be returned until 16 March 2026" in shown
    assert "Record return" not in shown
    response = client.post(path, form(order, 1, 0))
    assert response.status_code == 409 and returned() == []


# --- People who lose a license


def test_who_loses_is_asked_for_the_numbers_that_were_sent(login, alice, path, order, give):
    give("Ann", "Ben", "Cleo", "Dan")
    client = login(alice)
    assert shown_names(client.get(path)) == {}, "nobody is asked before the numbers are known"
    response = client.post(path, form(order, 3, 0))
    assert response.status_code == 200 and returned() == []
    assert shown_names(response) == {"Dan": True, "Cleo": True, "Ben": False, "Ann": False}
    assert 'value="RMA-1"' in page(response) and 'value="3"' in page(response)


def test_those_chosen_lose_theirs(login, alice, path, order, give, photoshop):
    give("Ann", "Ben", "Cleo", "Dan")
    chosen = [str(row.pk) for row in Assignment.objects.filter(person__name__in=("Ann", "Ben"))]
    asked = {f"asked_{photoshop.pk}": "2", f"last_{photoshop.pk}": chosen}
    response = login(alice).post(path, form(order, 3, 0, **asked), follow=True)
    assert "2 people lost a license." in words(response)
    held = Assignment.objects.held().values_list("person__name", flat=True)
    assert sorted(held) == ["Cleo", "Dan"]


def test_other_numbers_ask_anew(login, alice, path, order, give, photoshop):
    give("Ann", "Ben", "Cleo", "Dan")
    chosen = [str(row.pk) for row in Assignment.objects.filter(person__name__in=("Ann", "Ben"))]
    asked = {f"asked_{photoshop.pk}": "2", f"last_{photoshop.pk}": chosen}
    response = login(alice).post(path, form(order, 4, 0, **asked))
    assert response.status_code == 200 and returned() == []
    assert list(shown_names(response).values()) == [True, True, True, False]


def test_fewer_may_leave_enough_for_everybody(login, alice, path, order, give, photoshop):
    give("Ann", "Ben", "Cleo", "Dan")
    asked = {f"asked_{photoshop.pk}": "2", f"last_{photoshop.pk}": []}
    assert login(alice).post(path, form(order, 1, 0, **asked)).status_code == 302
    assert Assignment.objects.held().count() == 4


def test_as_many_have_to_be_chosen_as_lose(login, alice, path, order, give, photoshop):
    give("Ann", "Ben", "Cleo", "Dan")
    asked = {f"asked_{photoshop.pk}": "2", f"last_{photoshop.pk}": []}
    response = login(alice).post(path, form(order, 3, 0, **asked))
    assert response.status_code == 422 and returned() == []
    assert "Choose exactly 2 people; you have chosen 0." in words(response)


# --- What is said of it


def test_a_pa_that_is_returned_whole_is_named(login, alice, buy, path_to, customer, pinned_today):
    pa = buy(quantity=3)
    order = record_order(
        [pa], number="4712", ordered_on=pinned_today, by=alice, day=day_of(pa, pinned_today)
    )
    path = path_to(f"orders/{order.pk}/return/")
    client = login(alice)
    assert f"Once all of it is returned, {pa.number} is Returned." in words(client.get(path))
    partly = client.post(path, form(order, 1), follow=True)
    assert f"{pa.number} is Returned." not in words(partly)
    whole = client.post(path, form(order, 2, number="RMA-2"), follow=True)
    assert f"{pa.number} is Returned." in words(whole)


def test_the_renewal_is_said_to_become_open_again(
    login, alice, customer, photoshop, acrobat, set_today
):
    bought = day_of(customer, set_today("2025-03-10"))
    Customer.objects.filter(pk=customer.pk).update(invited_on="2025-03-01")
    what = [Direct(customer, [(photoshop, 5), (acrobat, 2)])]
    record_order(direct=what, number="1", ordered_on=bought.today, by=alice, day=bought)
    renewed = day_of(customer, set_today("2026-02-20"))
    renewal = Renewal(Customer.objects.get(), [(photoshop, 3)], completes=True)
    order = record_order(
        renewals=[renewal], number="2", ordered_on=renewed.today, by=alice, day=renewed
    )
    shown = words(login(alice).get(f"{customer.get_absolute_url()}orders/{order.pk}/return/"))
    assert "The renewal at 10 March 2026 becomes open again" in shown
    assert "it can be renewed until 9 April 2026" in shown
    assert "what it left out can be renewed again, too" in shown


def test_an_order_of_another_customer_has_no_return_here(login, alice, make_customer, order):
    other = make_customer()
    path = f"{other.get_absolute_url()}orders/{order.pk}/return/"
    assert login(alice).get(path).status_code == 404
