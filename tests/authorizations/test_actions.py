"""What creating, cancelling and ordering do to the facts, and what they refuse."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import correct_order, record_order
from authorizations.licences import product_rows
from authorizations.models import OrderLine, Product, PurchaseAuthorization
from customers.models import Customer, CustomerEvent
from customers.standing import FILTERS, day_of
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import searchable

D = dt.timedelta


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """One customer of North, invited on New Year's Day 2025."""
    set_today("2025-01-01")
    customer = make_customer()
    set_today(pinned_today)
    return customer


@pytest.fixture
def photoshop(db):
    """A team product available by PA."""
    return Product.objects.create(name="Test Photoshop", family="Test", offering="team")


@pytest.fixture
def illustrator(db):
    """Another one, sold from two licences on."""
    return Product.objects.create(
        name="Test Illustrator", family="Test", offering="team", minimum_quantity=2
    )


@pytest.fixture
def buy(customer, alice, photoshop, set_today):
    """Return a function that makes Alice create a PA on a date."""

    def create(on: str, quantity: int = 5, product=photoshop):
        today = set_today(on)
        lines = [(product, quantity)]
        return create_authorization(customer, lines=lines, po_number="", by=alice, today=today)

    return create


def filters_on(customer, date):
    day = day_of(customer.reseller, date)
    rows = Customer.objects.filter(pk=customer.pk)
    return [entry.slug for entry in FILTERS[1:] if rows.standing(entry, day).exists()]


def shown_anniversary(customer, date):
    day = day_of(customer.reseller, date)
    return Customer.objects.filter(pk=customer.pk).shown_on(day).get().anniversary


def licences(customer, date):
    customer.refresh_from_db()
    rows = product_rows(customer, day=day_of(customer.reseller, date))
    return {
        row.product.name: (row.usable, row.awaiting_order, row.suspended, row.to_renew)
        for row in rows
    }


def refused(code, action, *args, **kwargs):
    with pytest.raises(ActionRefused) as caught:
        action(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value)


def test_the_first_purchase_sets_the_anniversary_date(customer, buy):
    authorization = buy("2025-01-31")
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2026, 1, 31)
    assert customer.anniversary_day == 31
    assert authorization.months == 12


def test_creating_tells_the_vip_admin_and_writes_history(customer, buy):
    authorization = buy("2025-01-31")
    letter = Email.objects.get(letter="pa_created")
    assert letter.to_address == customer.contact_email
    assert letter.context["lines"] == [{"quantity": 5, "product": "Test Photoshop"}]
    assert letter.context["due_on"] == "2025-03-02"
    event = CustomerEvent.objects.get(customer=customer, kind="authorization_created")
    assert event.details["number"] == authorization.number


def test_a_customer_is_found_by_the_numbers_of_its_papers(customer, alice, photoshop, pinned_today):
    authorization = create_authorization(
        customer, lines=[(photoshop, 1)], po_number="PO Ä-77", by=alice, today=pinned_today
    )
    customer.refresh_from_db()
    assert searchable("PO A-77") in customer.search_text
    assert searchable(authorization.number) in customer.search_text


@pytest.mark.parametrize(
    ("date", "filters"),
    [
        ("2025-01-31", ["pending"]),
        ("2025-03-02", ["pending"]),
        ("2025-03-03", ["past-due"]),
        ("2025-04-02", ["past-due"]),
        ("2026-03-02", ["past-due"]),
        ("2026-03-03", ["no-products"]),
    ],
)
def test_filters_follow_an_unordered_purchase_without_any_night(customer, buy, date, filters):
    buy("2025-01-31")
    assert filters_on(customer, dt.date.fromisoformat(date)) == filters


@pytest.mark.parametrize(
    ("date", "filters", "row"),
    [
        ("2025-02-10", [], (5, 0, 0, 0)),
        ("2025-11-02", [], (5, 0, 0, 0)),
        ("2025-11-03", ["upcoming"], (5, 0, 0, 5)),
        ("2025-12-31", ["upcoming"], (5, 0, 0, 5)),
        ("2026-01-01", ["ready"], (5, 0, 0, 5)),
        ("2026-03-02", ["ready"], (5, 0, 0, 5)),
        ("2026-03-03", ["no-products"], None),
    ],
)
def test_filters_and_licences_follow_an_ordered_purchase(
    customer, alice, buy, set_today, date, filters, row
):
    authorization = buy("2025-01-31")
    today = set_today("2025-02-10")
    record_order([authorization], number="A1", ordered_on=today, by=alice, today=today)
    day = dt.date.fromisoformat(date)
    assert filters_on(customer, day) == filters
    assert licences(customer, day) == ({"Test Photoshop": row} if row else {})


@pytest.mark.parametrize(
    ("date", "row"),
    [
        ("2025-01-31", (5, 5, 0, 0)),
        ("2025-04-01", (5, 5, 0, 0)),
        ("2025-04-02", (0, 0, 5, 0)),
        ("2026-03-02", (0, 0, 5, 0)),
        ("2026-03-03", None),
    ],
)
def test_licences_of_an_unordered_purchase(customer, buy, date, row):
    buy("2025-01-31")
    found = licences(customer, dt.date.fromisoformat(date))
    assert found == ({"Test Photoshop": row} if row else {})


def test_past_due_blocks_and_the_refusal_names_what_clears_it(customer, alice, buy, set_today):
    late = buy("2025-01-31")
    message = refused("past_due", buy, "2025-03-03")
    assert late.number in message
    assert "3 March 2025" in message
    today = set_today("2025-03-04")
    record_order([late], number="A1", ordered_on=today, by=alice, today=today)
    assert buy("2025-03-04").counts_to == dt.date(2026, 1, 31)


def test_the_last_day_it_is_due_does_not_block(buy):
    buy("2025-01-31")
    assert buy("2025-03-02").counts_to == dt.date(2026, 1, 31)


def test_an_order_after_the_end_clears_the_block_and_gives_no_licences(
    customer, alice, buy, set_today
):
    late = buy("2025-01-31")
    today = set_today("2026-03-10")
    assert PurchaseAuthorization.objects.get(pk=late.pk).status == "lapsed"
    record_order([late], number="A1", ordered_on=dt.date(2026, 3, 10), by=alice, today=today)
    assert PurchaseAuthorization.objects.get(pk=late.pk).status == "ordered"
    assert filters_on(customer, today) == ["no-products"]
    assert licences(customer, today) == {}


def test_cancelling_the_only_purchase_of_the_first_term_clears_the_anniversary_date(
    customer, alice, buy, set_today
):
    first, second = buy("2025-01-31"), buy("2025-02-10")
    today = set_today("2025-02-11")
    cancel_authorization(first, by=alice, today=today)
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2026, 1, 31)
    cancel_authorization(second, by=alice, today=today)
    customer.refresh_from_db()
    assert customer.anniversary_on is None
    assert filters_on(customer, today) == ["no-products"]
    assert buy("2025-02-12").counts_to == dt.date(2026, 2, 12)


def test_a_custom_anniversary_date_is_never_cleared(make_customer, alice, photoshop, set_today):
    today = set_today("2025-01-31")
    custom = dt.date(2026, 10, 15)
    customer = make_customer(custom_anniversary_on=custom, anniversary_on=custom)
    authorization = create_authorization(
        customer, lines=[(photoshop, 1)], po_number="", by=alice, today=today
    )
    assert authorization.counts_to == custom
    cancel_authorization(authorization, by=alice, today=today)
    customer.refresh_from_db()
    assert customer.anniversary_on == custom


def test_after_the_first_roll_the_anniversary_date_is_never_cleared(
    customer, alice, buy, set_today
):
    buy("2025-01-31")
    authorization = buy("2026-03-03")
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2027, 1, 31)
    assert authorization.counts_to == dt.date(2027, 1, 31)
    cancel_authorization(authorization, by=alice, today=set_today("2026-03-04"))
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2027, 1, 31)


def test_on_the_anniversary_date_the_old_one_is_shown_and_the_purchase_is_for_the_next_term(
    customer, alice, buy, set_today
):
    first = buy("2025-01-31")
    today = set_today("2025-02-01")
    record_order([first], number="A1", ordered_on=today, by=alice, today=today)
    assert buy("2026-01-31").counts_to == dt.date(2027, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 1, 31)) == dt.date(2026, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 3, 2)) == dt.date(2026, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 3, 3)) == dt.date(2027, 1, 31)


@pytest.mark.parametrize(
    ("ordered", "ready_until"), [("2026-01-26", "2026-03-02"), ("2026-02-05", "2026-03-02")]
)
def test_a_purchase_ordered_around_the_anniversary_joins_the_renewal(
    customer, alice, buy, set_today, ordered, ready_until
):
    buy("2025-01-31")
    cancel_authorization(
        PurchaseAuthorization.objects.get(), by=alice, today=set_today("2025-02-01")
    )
    buy("2025-01-31")
    first = PurchaseAuthorization.objects.unresolved().get()
    record_order(
        [first],
        number="A0",
        ordered_on=dt.date(2025, 2, 1),
        by=alice,
        today=set_today("2025-02-01"),
    )
    second = buy("2026-01-21", quantity=3)
    today = set_today(ordered)
    record_order([second], number="A1", ordered_on=today, by=alice, today=today)
    last = dt.date.fromisoformat(ready_until)
    assert licences(customer, last)["Test Photoshop"] == (8, 0, 0, 8)
    assert filters_on(customer, last) == ["ready"]
    assert filters_on(customer, last + D(1)) == ["no-products"]


def test_everything_renewed_leaves_the_list_and_moves_the_date_on_the_anniversary(
    customer, alice, buy, set_today
):
    first = buy("2025-01-31")
    today = set_today("2025-02-01")
    order = record_order([first], number="A1", ordered_on=today, by=alice, today=today)
    today = set_today("2026-01-11")
    _renew(order, first, quantity=5, today=today)
    assert filters_on(customer, today) == []
    assert licences(customer, today)["Test Photoshop"] == (5, 0, 0, 0)
    assert shown_anniversary(customer, dt.date(2026, 1, 30)) == dt.date(2026, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 1, 31)) == dt.date(2027, 1, 31)
    assert licences(customer, dt.date(2026, 2, 10))["Test Photoshop"] == (5, 0, 0, 0)
    # A purchase ordered afterwards for the old term is something to renew again.
    second = buy("2026-01-21", quantity=2)
    record_order(
        [second], number="A2", ordered_on=dt.date(2026, 1, 21), by=alice, today=today + D(10)
    )
    assert filters_on(customer, dt.date(2026, 1, 21)) == ["ready"]


def test_a_partial_renewal_leaves_the_rest_until_the_window_closes(customer, alice, buy, set_today):
    first = buy("2025-01-31")
    today = set_today("2025-02-01")
    order = record_order([first], number="A1", ordered_on=today, by=alice, today=today)
    today = set_today("2026-01-11")
    _renew(order, first, quantity=3, today=today)
    assert filters_on(customer, today) == ["ready"]
    assert licences(customer, dt.date(2026, 3, 2))["Test Photoshop"] == (5, 0, 0, 2)
    assert shown_anniversary(customer, dt.date(2026, 3, 2)) == dt.date(2026, 1, 31)
    assert licences(customer, dt.date(2026, 3, 3))["Test Photoshop"] == (3, 0, 0, 0)
    assert shown_anniversary(customer, dt.date(2026, 3, 3)) == dt.date(2027, 1, 31)


def _renew(order, authorization, *, quantity, today):
    """Store what a renewal order of `quantity` licences means, as facts."""
    from authorizations import rollup
    from authorizations.models import Order

    reseller = order.reseller
    renewal = Order.objects.create(
        reseller=reseller,
        number=f"R{quantity}",
        number_key=f"r{quantity}",
        ordered_on=today,
        return_until_on=today + D(14),
        recorded_on=today,
    )
    old = authorization.counts_to
    new = old.replace(year=old.year + 1)
    OrderLine.objects.create(
        reseller=reseller,
        order=renewal,
        customer=authorization.customer,
        product=authorization.lines.get().product,
        quantity=quantity,
        starts_on=old,
        counts_to=new,
        usable_until_on=new + D(30),
        renews_on=old,
    )
    day = day_of(reseller, today)
    rollup.refresh(reseller, day=day, customer_ids=[authorization.customer_id])


@pytest.mark.parametrize(
    ("today", "state"),
    [("2025-03-03", "overdue"), ("2025-04-02", "suspended"), ("2026-03-03", "lapsed")],
)
def test_only_a_pending_purchase_can_be_cancelled(buy, alice, set_today, today, state):
    authorization = buy("2025-01-31")
    date = set_today(today)
    message = refused("not_pending", cancel_authorization, authorization, by=alice, today=date)
    assert state[:5] in message
    assert Email.objects.filter(letter="pa_cancelled").count() == 0


def test_an_ordered_purchase_asks_for_a_return_authorization(buy, alice, pinned_today):
    authorization = buy("2026-03-02")
    record_order(
        [authorization], number="A1", ordered_on=pinned_today, by=alice, today=pinned_today
    )
    message = refused(
        "not_pending", cancel_authorization, authorization, by=alice, today=pinned_today
    )
    assert "return authorization" in message


def test_one_order_covers_several_purchases_and_customers(
    customer, make_customer, alice, photoshop, pinned_today
):
    other = make_customer()
    rows = [
        create_authorization(
            row, lines=[(photoshop, 2)], po_number="", by=alice, today=pinned_today
        )
        for row in (customer, other)
    ]
    order = record_order(rows, number="A1", ordered_on=pinned_today, by=alice, today=pinned_today)
    assert order.lines.count() == 2
    assert set(order.authorizations.values_list("status", flat=True)) == {"ordered"}
    assert Email.objects.filter(letter="pa_ordered").count() == 2


@pytest.mark.parametrize(
    ("date", "code"), [("2026-03-01", "order_date"), ("2026-03-03", "order_date")]
)
def test_an_order_is_dated_from_the_purchase_to_today(buy, alice, pinned_today, date, code):
    authorization = buy("2026-03-02")
    refused(
        code,
        record_order,
        [authorization],
        number="A1",
        ordered_on=dt.date.fromisoformat(date),
        by=alice,
        today=pinned_today,
    )


def test_an_order_number_is_unique_in_the_reseller(buy, alice, pinned_today):
    first, second = buy("2026-03-02"), buy("2026-03-02")
    order = {"ordered_on": pinned_today, "by": alice, "today": pinned_today}
    record_order([first], number="a 1", **order)
    refused("number_taken", record_order, [second], number="A  1", **order)
    refused("ordered_already", record_order, [first], number="A2", **order)


def test_a_manager_corrects_an_order_only_on_the_day_it_was_recorded(
    buy, alice, ops, pinned_today, set_today
):
    authorization = buy("2026-03-02")
    order = record_order(
        [authorization], number="A1", ordered_on=pinned_today, by=alice, today=pinned_today
    )
    change = {"number": "A2", "ordered_on": pinned_today}
    assert correct_order(order, by=alice, today=pinned_today, **change).number == "A2"
    tomorrow = set_today(pinned_today + D(1))
    refused("too_late", correct_order, order, by=alice, today=tomorrow, **change)
    assert correct_order(order, by=ops, today=tomorrow, **change).number == "A2"


def test_lines_follow_the_catalogue(customer, alice, photoshop, illustrator, pinned_today):
    direct = Product.objects.create(
        name="Direct", family="Test", offering="enterprise", by_authorization=False
    )
    school = Product.objects.create(name="School", family="Test", offering="team", segments=["EDU"])
    table = [
        ([], "no_lines"),
        ([(photoshop, 0)], "too_few"),
        ([(illustrator, 1)], "too_few"),
        ([(photoshop, 10_001)], "too_many"),
        ([(photoshop, 1), (photoshop, 2)], "twice"),
        ([(direct, 1)], "order_directly"),
        ([(school, 1)], "not_available"),
        ([(photoshop, 1)] * 500, "too_many_lines"),
    ]
    for lines, code in table:
        refused(
            code,
            create_authorization,
            customer,
            lines=lines,
            po_number="",
            by=alice,
            today=pinned_today,
        )
    assert not PurchaseAuthorization.objects.exists()
    assert not Email.objects.exists()
