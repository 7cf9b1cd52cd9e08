"""Rules about terms, purchases and orders that cut across pages."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.correct_order import correct_order
from authorizations.models import Order, OrderLine, Product
from authorizations.rules import rollup
from customers.models import Customer
from customers.standing import FILTERS
from reseller_console.lib.refusals import ActionRefused
from tests.personas import day_of
from tests.rules.reading import rows, section, text_of

D = dt.timedelta
FOURTEEN_DAYS = {
    "order_due_days": 14,
    "suspended_after_days": 44,
    "upcoming_days": 15,
    "return_days": 7,
    "invitation_days": 10,
}


def filters_on(customer: Customer, day: str) -> list[str]:
    on = customer.reseller.day(dt.date.fromisoformat(day))
    found = Customer.objects.filter(pk=customer.pk)
    return [entry.slug for entry in FILTERS[1:] if found.standing(entry, on).exists()]


def new_terms(reseller, *, effective_on: str, **days: int) -> None:
    reseller.program.terms.create(effective_on=effective_on, **days)


# --- Clocks and terms


def test_business_dates_follow_the_resellers_clock(north, south, settings):
    settings.CONSOLE_TODAY = None
    with time_machine.travel(dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC), tick=False):
        assert north.today() == dt.date(2026, 3, 3)  # Tallinn
        assert south.today() == dt.date(2026, 3, 2)  # New York


def test_what_exists_keeps_the_dates_it_was_born_with(customer, buy, order, north, set_today):
    before = buy(customer, "2026-03-02")
    recorded = order(before, on="2026-03-02")
    waiting = buy(customer, "2026-03-02")
    new_terms(north, effective_on="2026-03-03", **FOURTEEN_DAYS)
    after = buy(customer, "2026-03-03")
    waiting.refresh_from_db()
    customer.refresh_from_db()
    assert waiting.due_on == dt.date(2026, 4, 1)
    assert waiting.suspends_on == dt.date(2026, 5, 1)
    assert recorded.return_until_on == dt.date(2026, 3, 16)
    assert customer.invitation_expires_on == dt.date(2026, 4, 1)
    assert after.due_on == dt.date(2026, 3, 17)
    assert after.suspends_on == dt.date(2026, 4, 16)


def test_the_return_window_is_stored_with_the_order(customer, buy, order):
    assert order(buy(customer, "2026-03-02"), on="2026-03-02").return_until_on == (
        dt.date(2026, 3, 16)
    )


def test_a_corrected_order_keeps_the_terms_it_was_recorded_under(
    customer, buy, order, north, ops, set_today
):
    recorded = order(buy(customer, "2026-03-01"), on="2026-03-02")
    new_terms(north, effective_on="2026-03-03", **FOURTEEN_DAYS)
    corrected = correct_order(
        recorded,
        number="A1",
        ordered_on=dt.date(2026, 3, 1),
        by=ops,
        day=day_of(recorded, set_today("2026-03-10")),
    )
    assert corrected.return_until_on == dt.date(2026, 3, 15)


def test_the_renewal_windows_follow_the_terms_in_force_today(customer, buy, order, north):
    order(buy(customer, "2026-03-02"), on="2026-03-02")  # AD 2 March 2027
    usual = {"2026-12-02": [], "2026-12-03": ["upcoming"], "2027-01-30": ["upcoming"]}
    assert {day: filters_on(customer, day) for day in usual} == usual
    new_terms(north, effective_on="2027-01-01", **FOURTEEN_DAYS)
    later = {
        "2026-12-31": ["upcoming"],  # the old terms, on their last day
        "2027-01-01": [],
        "2027-01-15": [],
        "2027-01-16": ["upcoming"],
        "2027-01-30": ["upcoming"],
        "2027-01-31": ["ready"],
    }
    assert {day: filters_on(customer, day) for day in later} == later


def test_terms_that_suspend_too_early_are_refused(program):
    with pytest.raises(IntegrityError, match="suspended_after_twice_due"), transaction.atomic():
        program.terms.create(effective_on="2026-01-01", order_due_days=30, suspended_after_days=59)


# --- The anniversary date


def test_nothing_bought_later_moves_the_anniversary_date(customer, buy, order):
    first = buy(customer, "2026-03-02")
    second = buy(customer, "2026-03-20")
    order(second, on="2026-03-21")
    order(first, on="2026-03-25")
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2027, 3, 2)
    assert (first.counts_to, second.counts_to) == (dt.date(2027, 3, 2),) * 2


def test_events_of_one_day_count_in_the_order_they_were_recorded(
    customer, buy, order, see, alice, pinned_today
):
    """Bought, cancelled, bought again and ordered on one day: the last word of it holds."""
    first = buy(customer, "2026-03-02")
    cancel_authorization(first, by=alice, day=day_of(first, pinned_today))
    customer.refresh_from_db()
    assert customer.anniversary_on is None
    second = buy(customer, "2026-03-02")
    order(second, on="2026-03-02")
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2027, 3, 2)
    page = see(customer.get_absolute_url(), by=alice, on="2026-03-02")
    told = [text_of(entry) for entry in section(page, "Activity").iter("li")]
    deeds = [
        (number, word)
        for line in reversed(told)
        for number in (first.number, second.number)
        for word in ("created", "cancelled", "recorded order")
        if number in line and f"Adams {word}" in line
    ]
    assert deeds == [
        (first.number, "created"),
        (first.number, "cancelled"),
        (second.number, "created"),
        (second.number, "recorded order"),
    ]


# --- Licenses


def test_cancelling_takes_the_licenses_away_at_once(customer, buy, see, alice, pinned_today):
    authorization = buy(customer, "2026-03-02")
    page = see(customer.get_absolute_url(), by=alice, on="2026-03-02")
    assert [row["Licenses"] for row in rows(section(page, "Products"))] == ["5"]
    cancel_authorization(authorization, by=alice, day=day_of(authorization, pinned_today))
    page = see(customer.get_absolute_url(), by=alice, on="2026-03-02")
    assert rows(section(page, "Products")) == []


def test_consumables_are_never_something_to_renew(customer, buy, order, see, alice, photoshop):
    """What was bought becomes a pack here; packs are ordered without a PA."""
    order(buy(customer, "2026-03-02"), on="2026-03-02")
    Product.objects.filter(pk=photoshop.pk).update(unit="pack", by_authorization=False)
    day = customer.reseller.day()
    rollup.refresh(customer.reseller, day=day, customer_ids=[customer.pk])
    assert filters_on(customer, "2027-02-15") == []
    page = see(customer.get_absolute_url(), by=alice, on="2027-02-15")
    (row,) = rows(section(page, "Products"))
    assert (row["Licenses"], row["To renew"]) == ("5", "0")


# --- Orders


def test_a_lapsed_authorization_can_still_be_ordered_from_the_page(customer, buy, see, alice):
    lapsed = buy(customer, "2025-01-05")
    page = see(customer.get_absolute_url(), by=alice, on="2026-03-02")
    history = section(page, "License Authorization History")
    path = f"{customer.get_absolute_url()}authorizations/{lapsed.number}/order/"
    assert path in [link.get("href") for link in history.iter("a")]
    assert lapsed.number in text_of(see(path, by=alice, on="2026-03-02").find(".//form[@hx-post]"))


def test_the_order_form_tells_what_to_order(customer, buy, see, alice):
    first = buy(customer, "2026-01-31")
    second = buy(customer, "2026-02-28")
    path = f"{customer.get_absolute_url()}authorizations/{first.number}/order/"
    told = text_of(see(path, by=alice, on="2026-03-02").find(".//form[@hx-post]"))
    assert f"{first.number}, pending, due on 2 March 2026, 12 months: 5 × Test Photoshop" in told
    assert f"{second.number}, pending, due on 30 March 2026, 11 months: 5 × Test Photoshop" in told


@pytest.fixture
def renewal(customer, buy, order, north):
    """An order that pays for no PA but renews the term that ends on 1 March 2026."""
    order(buy(customer, "2025-03-01"), on="2025-03-01")
    recorded = Order.objects.create(
        reseller=north,
        number="R1",
        number_key="r1",
        ordered_on=dt.date(2026, 3, 1),
        return_until_on=dt.date(2026, 3, 15),
        recorded_on=dt.date(2026, 3, 1),
        recorded_at=timezone.now(),
    )
    OrderLine.objects.create(
        reseller=north,
        order=recorded,
        customer=customer,
        product=Product.objects.get(name="Test Photoshop"),
        quantity=5,
        starts_on=dt.date(2026, 3, 1),
        counts_to=dt.date(2027, 3, 1),
        usable_until_on=dt.date(2027, 3, 31),
        renews_on=dt.date(2026, 3, 1),
    )
    rollup.refresh(north, day=north.day(dt.date(2026, 3, 1)), customer_ids=[customer.pk])
    return recorded


def test_ops_correct_an_order_that_pays_for_no_authorization(
    renewal, customer, north, ops, pinned_today
):
    correct_order(
        renewal,
        number="R2",
        ordered_on=dt.date(2026, 3, 2),
        by=ops,
        day=day_of(renewal, pinned_today),
    )
    # The date of the last renewal is the day the anniversary date moves: nothing is stale.
    assert rollup.stale(north, day=north.day(pinned_today)) == []
    customer.refresh_from_db()
    assert "r2" in customer.search_text


@pytest.mark.parametrize("ordered_on", ["2026-01-29", "2026-03-03"])
def test_a_renewal_order_stays_inside_its_window(renewal, ops, pinned_today, ordered_on):
    date = dt.date.fromisoformat(ordered_on)
    with pytest.raises(ActionRefused) as caught:
        correct_order(
            renewal, number="R1", ordered_on=date, by=ops, day=day_of(renewal, pinned_today)
        )
    assert caught.value.code == "order_date"
