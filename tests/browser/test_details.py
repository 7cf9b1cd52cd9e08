"""Customer details in a real browser: sections, pages of them, narrow and dark, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.details.page import HISTORY_ROWS
from authorizations.models import Product
from customers.admins.links import path_for
from tests.personas import day_of

LONG = "Association of the Northern Hemisphere for Shipbuilding-and-Fisheries " * 3


@pytest.fixture
def photo(db):
    """A product available by PA."""
    return Product.objects.create(name="Photo", family="Apps", offering="team")


@pytest.fixture
def buy(alice, photo, pinned_today):
    """Return a function that gives a customer a PA of today."""

    def create(customer):
        lines = [(photo, 5)]
        return create_authorization(
            customer, lines=lines, po_number="PO-1", by=alice, day=day_of(customer, pinned_today)
        )

    return create


def test_the_history_is_paged_in_place(open_as, javascript, alice, customer, buy, pinned_today):
    oldest = buy(customer)
    cancel_authorization(oldest, by=alice, day=day_of(oldest, pinned_today))
    for _ in range(HISTORY_ROWS):
        cancel_authorization(buy(customer), by=alice, day=day_of(customer, pinned_today))
    page = open_as(alice, customer.get_absolute_url(), javascript=javascript)
    history = page.get_by_role("region", name="License Authorization History")
    expect(history.get_by_role("row")).to_have_count(HISTORY_ROWS + 1)
    history.get_by_role("link", name="Older").click()
    expect(history.get_by_role("row")).to_have_count(2)
    expect(history.get_by_text(oldest.number).first).to_be_visible()
    assert "history=" in page.url
    if javascript:
        expect(history.get_by_role("heading", level=2)).to_be_focused()
    page.go_back()
    expect(history.get_by_role("row")).to_have_count(HISTORY_ROWS + 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_fits_and_has_nothing_for_axe(
    open_as, axe, ada, make_customer, buy, pinned_today, width, scheme
):
    customer = make_customer(
        name=LONG.strip(), contact_email=f"{'x' * 60}@{'y' * 60}.example", offerings=["team"]
    )
    cancel_authorization(buy(customer), by=ada, day=day_of(customer, pinned_today))
    pending = buy(customer)
    path = f"{customer.get_absolute_url()}?created={pending.number}"
    size = {"width": width, "height": 800}
    page = open_as(ada, path, viewport=size, color_scheme=scheme)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_everything_is_reached_by_keyboard(open_as, alice, customer, buy):
    pa = buy(customer)
    page = open_as(alice, customer.get_absolute_url())
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.textContent.trim() || document.activeElement.ariaLabel"
            )
        )
    for name in ("Skip to content", "Create new Purchase Authorization", "Resend invitation"):
        assert name in seen
    page.get_by_role("link", name=f"Cancel {pa.number}").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name=f"Cancel {pa.number}").first).to_be_focused()


def test_the_landing_page_is_read_without_signing_in(open_as, axe, javascript, customer):
    page = open_as(None, path_for(customer.vip_id, 1), javascript=javascript)
    expect(page.get_by_role("heading", level=1)).to_contain_text(customer.name)
    expect(page.get_by_text("Alice Adams, North")).to_be_visible()
    if javascript:
        assert axe(page) == []
    page = open_as(None, "/invitations/mistyped/", javascript=javascript)
    expect(page.get_by_role("heading", level=1)).to_have_text("This invitation link does not work")
    if javascript:
        assert axe(page) == []


def test_a_badge_says_why_by_keyboard_and_the_lists_open_by_their_address(
    open_as, axe_day_and_night, javascript, alice, customer, buy
):
    pa = buy(customer)
    page = open_as(alice, f"{customer.get_absolute_url()}#why", javascript=javascript)
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.get_by_text("the last one is due on")).to_be_visible()
    badge = page.get_by_role("button", name=re.compile("^Pending")).first
    badge.focus()
    page.keyboard.press("Enter")
    why = page.locator(f"#why-open-{pa.number}")
    expect(why).to_be_visible()
    box = why.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320
    if javascript:
        assert axe_day_and_night(page) == []
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()
    expect(badge).to_be_focused()
