"""Orders in a real browser: recorded directly, returned, found again; with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct
from authorizations.models import Order, Product, ReturnedLine
from tests.browser.test_dialogs import form_on
from tests.personas import day_of

SIZES = ({"width": 1280, "height": 800}, {"width": 375, "height": 740})


@pytest.fixture
def photo(db):
    return Product.objects.create(name="Photo", family="Apps", offering="team")


@pytest.fixture
def order(customer, alice, photo, pinned_today):
    return record_order(
        direct=[Direct(customer, [(photo, 5)])],
        number="4711",
        ordered_on=pinned_today,
        by=alice,
        day=day_of(customer, pinned_today),
    )


def test_recording_an_order_directly_and_returning_it(open_as, alice, customer, photo, javascript):
    page = open_as(alice, customer.get_absolute_url(), javascript=javascript)
    page.get_by_role("link", name="Record an order").click()
    form = form_on(page, javascript)
    form.get_by_label("Order number").fill("4711")
    form.get_by_label("Product").select_option(label="Photo")
    form.get_by_label("Licenses").fill("7")
    form.get_by_role("button", name="Record order").last.click()
    expect(
        page.locator("#messages").get_by_text("is recorded: 7 licenses until 1 March 2027.")
    ).to_be_visible()
    page.get_by_role("link", name="Return order 4711").click()
    form = form_on(page, javascript)
    form.get_by_label("Return authorization number").fill("RMA-1")
    form.get_by_role("button", name="Record return").click()
    expect(
        page.locator("#messages").get_by_text("Return RMA-1 of order 4711 is recorded")
    ).to_be_visible()
    assert ReturnedLine.objects.get().quantity == 7


def test_one_order_for_ticked_rows(open_as, alice, customer, photo, pinned_today, javascript):
    for _ in range(2):
        create_authorization(
            customer,
            lines=[(photo, 1)],
            po_number="",
            by=alice,
            day=day_of(customer, pinned_today),
        )
    page = open_as(alice, "/orders/", javascript=javascript)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Record one order for selected").click()
    form = form_on(page, javascript)
    form.get_by_label("Order number").fill("4712")
    form.get_by_role("button", name="Record order").click()
    expect(
        page.locator("#messages").get_by_text("is recorded for 2 purchase authorizations.")
    ).to_be_visible()
    assert Order.objects.get().authorizations.count() == 2


@pytest.mark.parametrize("where", ["new", "return", "page", "history", "worklist", "details"])
def test_pages_are_accessible_and_fit(
    open_as, alice, customer, order, photo, pinned_today, axe_day_and_night, where
):
    day = day_of(customer, pinned_today)
    create_authorization(customer, lines=[(photo, 1)], po_number="", by=alice, day=day)
    base = customer.get_absolute_url()
    path = {
        "new": f"{base}orders/new/",
        "return": f"{base}orders/{order.pk}/return/",
        "page": order.get_absolute_url(),
        "history": "/orders/history/",
        "worklist": "/orders/",
        "details": base,
    }[where]
    page = open_as(alice, path)
    for size in SIZES:
        page.set_viewport_size(size)
        assert axe_day_and_night(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
