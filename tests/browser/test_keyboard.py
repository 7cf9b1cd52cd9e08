"""Dialogs by keyboard alone, and with names longer than any dialog is wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from authorizations.actions.create import create_authorization
from authorizations.models import Product, PurchaseAuthorization
from tests.personas import day_of

CALM = {"reduced_motion": "reduce"}
UNBROKEN = "Donaudampfschifffahrtsgesellschaft" * 7

INSIDE = "document.querySelector('dialog').contains(document.activeElement)"
# Past the last control Chromium leaves the page for its own buttons, and comes back.
OUTSIDE_OF_THE_PAGE = "document.activeElement === document.body"


@pytest.fixture
def photo(db):
    """A product available by PA."""
    return Product.objects.create(name="Photo", family="Apps", offering="team")


@pytest.fixture
def pending(customer, alice, photo, pinned_today):
    """A pending PA of five licenses."""
    return create_authorization(
        customer, lines=[(photo, 5)], po_number="", by=alice, day=day_of(customer, pinned_today)
    )


def opens_traps_and_gives_back(page: Page, name: str) -> None:
    """Open the dialog behind the link `name`, walk round it and leave, all by keyboard."""
    opener = page.get_by_role("link", name=name).first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(INSIDE), name
    # Once round and over the edge, in both directions.
    for key in ["Tab"] * 14 + ["Shift+Tab"] * 16:
        page.keyboard.press(key)
        assert page.evaluate(f"{INSIDE} || {OUTSIDE_OF_THE_PAGE}"), (name, key)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    # A step to the browser's own controls takes its time: one that is still on its way would take
    # the focus from the link that gets it back. So that is tried without having walked.
    page.wait_for_timeout(500)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_dialogs_about_a_customer(open_as, ada, customer, pending):
    page = open_as(ada, customer.get_absolute_url(), **CALM)
    for name in (
        "Create new Purchase Authorization",
        "Resend invitation",
        "Change Managed by",
        f"Record order for {pending.number}",
        f"Cancel {pending.number}",
    ):
        opens_traps_and_gives_back(page, name)


def test_dialogs_of_lists_and_of_the_team(open_as, ada, bob, pending):
    page = open_as(ada, "/customers/", **CALM)
    opens_traps_and_gives_back(page, "Add Customer Organization")
    page.goto("/orders/")
    opens_traps_and_gives_back(page, "Record order")
    page.goto("/team/")
    for name in ("Invite colleagues", "Change role", "Deactivate", "Hand over primary admin"):
        opens_traps_and_gives_back(page, name)


def test_enter_sends_once_however_often_it_is_pressed(open_as, alice, customer, photo):
    page = open_as(alice, customer.get_absolute_url(), **CALM)
    page.get_by_role("link", name="Create new Purchase Authorization").press("Enter")
    form = page.get_by_role("dialog")
    form.get_by_label("Product", exact=True).select_option(label="Photo")
    form.get_by_label("Licenses").fill("4")
    for _ in range(5):
        page.keyboard.press("Enter")
    expect(page.get_by_text("Remember to place the order for PA-")).to_be_visible()
    assert PurchaseAuthorization.objects.count() == 1


@pytest.mark.parametrize("width", [320, 768, 1024])
def test_a_long_name_pushes_nothing_out_of_sight(open_as, ada, customer, pending, width):
    customer.name = UNBROKEN
    customer.save(update_fields=["name"])
    page = open_as(ada, "/customers/", viewport={"width": width, "height": 800}, **CALM)
    assert sideways(page) == 0
    page.goto("/orders/")
    assert sideways(page) == 0
    page.goto(customer.get_absolute_url())
    page.get_by_role("link", name="Change Managed by").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert sideways(page) == 0
    expect(page.get_by_role("button", name="Close")).to_be_in_viewport()


def sideways(page: Page) -> int:
    """Return by how many pixels the page, or the dialog on it, is too wide."""
    return page.evaluate(
        "Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open]')]"
        ".map(part => part.scrollWidth - part.clientWidth))"
    )
