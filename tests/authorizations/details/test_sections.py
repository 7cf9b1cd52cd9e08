"""Customer details: its sections."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from notifications.models import Email
from tests.authorizations.pages import page, section, words
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def test_customer_details_say_who_the_customer_is(login, alice, path_to):
    shown = section(login(alice).get(path_to()), "Customer details")
    for part in (
        "VIP ID",
        "Pikk 1 10123 Tallinn Estonia",
        "Vera Vaher",
        "Market segment Commercial",
        "Type Team Add enterprise",
        "Not set. The first purchase sets it",
        "Managed by Alice Adams",
        "VIP Invitation status Expired",
    ):
        assert part in shown


def test_a_customer_without_products_is_told_what_to_do_next(login, alice, bob, path_to):
    response = login(alice).get(path_to())
    assert "Create a purchase authorization" in section(response, "Products")
    assert not section(response, "Pending and Overdue License Authorizations")
    assert not section(response, "License Authorization History")
    assert "Nothing has been requested" in section(login(bob).get(path_to()), "Products")


@each(
    ("created_on", "state", "due"),
    [
        ("2026-03-02", "Pending", "1 Apr 2026 30 days left"),
        ("2026-02-01", "Pending", "3 Mar 2026 1 day left"),
        ("2026-01-31", "Pending", "2 Mar 2026 due today"),
        ("2026-01-30", "Overdue", "1 Mar 2026 1 day late"),
        ("2026-01-01", "Overdue", "31 Jan 2026 30 days late"),
        ("2025-12-31", "Suspended", "30 Jan 2026 31 days late"),
    ],
)
def test_what_awaits_its_order_says_when_it_is_due(
    login, alice, path_to, buy, created_on, state, due
):
    pa = buy(created_on, quantity=1_250)
    shown = section(login(alice).get(path_to()), "Pending and Overdue License Authorizations")
    for part in (pa.number, state, "1,250 Test Photoshop", due, "12 months", "365 days"):
        assert part in shown
    x = f'aria-label="Cancel {pa.number}"'
    assert (x in page(login(alice).get(path_to()))) == (state == "Pending")


def test_the_most_urgent_comes_first(login, alice, path_to, buy):
    numbers = [buy(on).number for on in ("2026-02-01", "2026-02-20", "2026-03-02")]
    shown = section(login(alice).get(path_to()), "Pending and Overdue License Authorizations")
    assert sorted(numbers, key=shown.index) == numbers


def test_a_lapsed_pa_is_history_and_nothing_else(login, alice, path_to, buy):
    pa = buy("2025-01-05")
    response = login(alice).get(path_to())
    assert not section(response, "Pending and Overdue License Authorizations")
    assert f"{pa.number} Lapsed" in section(response, "License Authorization History")
    assert "No products" in section(response, "Products")


def test_products_are_counted_once_each(login, alice, path_to, buy, pinned_today):
    first = buy("2026-01-05", quantity=3)
    record_order(
        [first], number="A1", ordered_on=pinned_today, by=alice, day=day_of([first], pinned_today)
    )
    buy("2026-02-20", quantity=4)
    shown = section(login(alice).get(path_to()), "Products")
    assert "Test Photoshop 7 0 4 0 3" in shown


def test_the_history_has_every_state_and_says_why_there_is_no_x(
    login, alice, path_to, buy, pinned_today
):
    ordered, cancelled, pending = buy("2026-02-01"), buy("2026-02-02"), buy()
    record_order(
        [ordered],
        number="A1",
        ordered_on=dt.date(2026, 2, 10),
        by=alice,
        day=day_of([ordered], pinned_today),
    )
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, pinned_today))
    shown = section(login(alice).get(path_to()), "License Authorization History")
    assert f"{ordered.number} is ordered: order A1 of 10 February 2026 pays for it." in shown
    assert "Order A1 of 10 February 2026 could be returned until 24 February 2026" in shown
    assert f"{cancelled.number} is cancelled: North cancelled it on" in shown
    assert "A1 10 Feb 2026" in shown
    numbers = [pending.number, cancelled.number, ordered.number]
    assert sorted(numbers, key=shown.index) == numbers, "newest first"


def test_past_due_is_said_at_the_top(login, alice, path_to, buy):
    pa = buy("2026-01-30")
    assert f"{pa.number} has been past due since 2 March 2026" in words(login(alice).get(path_to()))


def test_a_custom_anniversary_date_is_called_so(login, alice, make_customer):
    date = dt.date(2027, 6, 30)
    customer = make_customer(custom_anniversary_on=date, anniversary_on=date)
    shown = words(login(alice).get(customer.get_absolute_url()))
    assert "30 June 2027 custom, chosen at invitation" in shown


def test_what_was_typed_is_text_never_markup(login, alice, make_customer, buy, photoshop):
    customer = make_customer(name="<b>Bold & Co</b>", contact_last_name="<i>Vaher</i>")
    buy(of=customer, po_number="<u>1</u>")
    shown = page(login(alice).get(customer.get_absolute_url()))
    assert "&lt;b&gt;Bold &amp; Co&lt;/b&gt;" in shown
    assert not re.search(r"<(b|i|u)>", shown)


def test_activity_merges_deeds_and_emails_newest_first(login, alice, path_to, buy, pinned_today):
    pa = buy()
    cancel_authorization(pa, by=alice, day=day_of(pa, pinned_today))
    shown = section(login(alice).get(path_to()), "Activity")
    assert f"Alice Adams created {pa.number}: 5 × Test Photoshop" in shown
    assert shown.index("cancelled") < shown.index(f"created {pa.number}")
    assert shown.count("Queued") == Email.objects.count() == 2
