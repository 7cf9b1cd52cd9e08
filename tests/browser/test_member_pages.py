"""The VIP admin's pages in a browser: with and without JavaScript, narrow, dark, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from authorizations.actions.create import create_authorization
from authorizations.details.page import HISTORY_ROWS
from authorizations.models import Product, PurchaseAuthorization
from tests import personas
from tests.personas import day_of

LONG = "Association of the Northern Hemisphere for Shipbuilding-and-Fisheries " * 3
PAGES = ("", "requests/", "requests/new/", "activity/")


@pytest.fixture
def photo(db):
    """A product available by PA."""
    return Product.objects.create(name="Photo", family="Apps", offering="team")


@pytest.fixture
def ask(photo, vera, pinned_today):
    """Return a function that lets Vera request five licenses today."""

    def create(customer, quantity: int = 5):
        return create_authorization(
            customer,
            lines=[(photo, quantity)],
            po_number="PO-1",
            by=vera,
            requested_by=vera,
            day=day_of(customer, pinned_today),
        )

    return create


def test_products_are_requested_and_the_page_says_what_happens_next(
    open_as, javascript, vera, alice, customer, photo
):
    page = open_as(vera, customer.get_member_url(), javascript=javascript)
    page.get_by_role("link", name="Request products").first.click()
    form = page.get_by_role("dialog") if javascript else page.get_by_role("main")
    expect(form.get_by_role("heading", level=1)).to_have_text("Request products")
    form.get_by_label("Product", exact=True).select_option(label="Photo")
    form.get_by_label("Licenses").fill("7")
    form.get_by_role("button", name="Request products").click()
    expect(page.get_by_role("main")).to_contain_text(
        "North has been notified and must order them by"
    )
    pa = PurchaseAuthorization.objects.get()
    assert pa.requested_by == vera
    expect(page.get_by_role("region", name="Requests")).to_contain_text(pa.number)

    manager = open_as(alice, "/customers/", javascript=javascript)
    expect(manager.get_by_role("main")).to_contain_text("Requested by the customer")


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    open_as, javascript, vera, customer, photo
):
    path = f"{customer.get_member_url()}requests/new/"
    page = open_as(vera, path, javascript=javascript)
    page.get_by_label("Product", exact=True).select_option(label="Photo")
    page.get_by_label("Licenses").fill("none")
    page.get_by_role("button", name="Request products").click()
    expect(page.get_by_label("Licenses")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Licenses")).to_have_value("none")


def test_requests_are_paged_in_place(open_as, javascript, vera, customer, ask):
    oldest = ask(customer)
    for _ in range(HISTORY_ROWS):
        ask(customer)
    page = open_as(vera, f"{customer.get_member_url()}requests/", javascript=javascript)
    requests = page.get_by_role("region", name="Requests")
    expect(requests.get_by_role("row")).to_have_count(HISTORY_ROWS + 1)
    requests.get_by_role("link", name="Older").click()
    expect(requests.get_by_role("row")).to_have_count(2)
    expect(requests).to_contain_text(oldest.number)
    if javascript:
        expect(requests.get_by_role("heading", name="Requests")).to_be_focused()


@pytest.mark.parametrize("rest", PAGES)
def test_axe_finds_nothing_and_nothing_overflows_at_320_pixels(
    open_as, axe_day_and_night, vera, make_customer, ask, rest
):
    customer = make_customer(name=LONG.strip(), contact_email=f"{'v' * 60}@customer.example")
    personas.make_member(customer, vera.email, vera.name)
    ask(customer, 10_000)
    path = f"{customer.get_member_url()}{rest}"
    page = open_as(vera, "/member/")
    for size in ({"width": 320, "height": 640}, {"width": 1280, "height": 720}):
        page.set_viewport_size(size)
        page.goto(path)
        assert axe_day_and_night(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/member/account/", "/member/help/", "/member/help/#suspended"])
def test_account_and_help_please_axe_in_the_longest_words_there_are(
    open_as, axe_day_and_night, vera, make_customer, path
):
    customer = make_customer(name=LONG.strip())
    personas.make_member(customer, vera.email, vera.name)
    vera.language, vera.name = "de", "Maximiliane-Friederike " * 4
    vera.save(update_fields=["language", "name"])
    page = open_as(vera, "/member/")
    for size in ({"width": 320, "height": 640}, {"width": 1280, "height": 800}):
        page.set_viewport_size(size)
        page.goto("about:blank")
        page.goto(path)
        assert axe_day_and_night(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_name_is_changed_with_and_without_scripts(open_as, javascript, vera):
    page = open_as(vera, "/member/help/", javascript=javascript)
    page.get_by_role("link", name="Your account").first.click()
    page.get_by_label("Your name").fill("Vera Neu")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Your name is saved.")
    expect(page.get_by_role("banner")).to_contain_text("Vera Neu")
    page.get_by_role("link", name="Change password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change password")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_empty_and_late_pages_please_axe_too(
    open_as, axe_day_and_night, vera, make_customer, set_today, pinned_today, ask
):
    empty = make_customer(name="Empty")
    personas.make_member(empty, vera.email, vera.name)
    late = make_customer(name="Late", invited_on="2025-11-01")
    personas.make_member(late, vera.email, vera.name)
    set_today("2025-12-01")
    ask(late)
    set_today(pinned_today)
    page = open_as(vera, "/member/")
    assert axe_day_and_night(page) == []
    for customer in (empty, late):
        for rest in PAGES:
            page.goto(f"{customer.get_member_url()}{rest}")
            assert axe_day_and_night(page) == [], (customer.name, rest)


def test_one_goes_from_one_organization_to_another(
    open_as, javascript, vera, customer, make_customer
):
    second = make_customer(name="Second Organization")
    personas.make_member(second, vera.email, vera.name)
    page = open_as(vera, "/member/", javascript=javascript)
    page.get_by_role("link", name=customer.name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(customer.name)
    page.get_by_role("button", name="Switch organization").click()
    page.get_by_role("link", name="Second Organization").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second Organization")


def test_everything_is_reached_by_keyboard(open_as, vera, customer, ask):
    ask(customer)
    page = open_as(vera, customer.get_member_url())
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    for name in (
        "Skip to content",
        "Request products",
        "Overview",
        "Requests",
        "Activity",
        "Photo",
    ):
        assert name in seen
    page.get_by_role("link", name="Request products").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Product", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Request products")).to_be_focused()
