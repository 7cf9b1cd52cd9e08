"""A manager's day in a real browser: invite, request, order, cancel; with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from authorizations.actions.create import create_authorization
from authorizations.models import Product, PurchaseAuthorization
from customers.models import Customer
from tests.personas import day_of

NARROW = {"width": 320, "height": 640}
# Contrast cannot be measured while a dialog fades in.
CALM = {"reduced_motion": "reduce"}


def form_on(page: Page, javascript: bool):
    """Return where a form appears: the dialog with JavaScript, the page without."""
    return page.get_by_role("dialog") if javascript else page.get_by_role("main")


def fits(page: Page) -> bool:
    """Return whether nothing has to be scrolled sideways, on the page or in the dialog."""
    return page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('dialog[open]')]"
        ".every(part => part.scrollWidth <= part.clientWidth)"
    )


@pytest.fixture
def products(db):
    """Two products available by PA and one that is not."""
    make = Product.objects.create
    return [
        make(name="Photo", family="Apps", offering="team"),
        make(name="Video", family="Apps", offering="team", minimum_quantity=2),
        make(name="Paper", family="Apps", offering="team", by_authorization=False),
    ]


@pytest.fixture
def pending(customer, alice, products, pinned_today):
    """A pending PA of five licenses."""
    lines = [(products[0], 5)]
    return create_authorization(
        customer, lines=lines, po_number="", by=alice, day=day_of(customer, pinned_today)
    )


def fill_in_all_but_the_state(form) -> None:
    form.get_by_label("Commercial").check()
    form.get_by_label("Team offerings").check()
    form.get_by_label("Address line 1").fill("1 Market Street")
    form.get_by_label("City").fill("San Francisco")
    form.get_by_label("ZIP code").fill("94105")
    form.get_by_label("First name").fill("Ann")
    form.get_by_label("Last name").fill("Lee")
    form.get_by_label("Email address").fill("ann@optics.example")


def test_inviting_a_customer_with_a_custom_date(open_as, axe, javascript, alice, make_customer):
    make_customer()
    page = open_as(alice, "/customers/", javascript=javascript, **CALM)
    page.get_by_role("link", name="Add Customer Organization").first.click()
    form = form_on(page, javascript)
    form.get_by_label("Organization Name").fill("Bay Area Optics")
    form.get_by_label("Country").select_option("United States")
    if javascript:
        expect(form.get_by_label("State")).to_be_visible()
        assert axe(page) == []
    else:
        form.get_by_role("button", name="Show the fields of this country").click()
        expect(form.get_by_label("State")).to_be_visible()
    expect(form.get_by_label("Organization Name")).to_have_value("Bay Area Optics")
    fill_in_all_but_the_state(form)
    form.get_by_label("Select custom anniversary date for customer").check()
    form.get_by_role("button", name="Next").click()

    expect(form.get_by_text("Enter the state; addresses in this country have one.")).to_be_visible()
    expect(form.get_by_label("City")).to_have_value("San Francisco")
    form.get_by_label("State").select_option("California")
    form.get_by_role("button", name="Next").click()

    date = form.get_by_label("Anniversary date", exact=True)
    expect(date).to_be_visible()
    date.fill("2027-06-30")
    form.get_by_role("button", name="Back").click()
    expect(form.get_by_label("Email address")).to_have_value("ann@optics.example")
    form.get_by_role("button", name="Next").click()
    expect(date).to_have_value("2027-06-30")
    if javascript:
        assert axe(page) == []
    form.get_by_role("button", name="Next").click()

    expect(form.get_by_text("San Francisco, CA 94105")).to_be_visible()
    expect(form.get_by_text("None of this can be edited")).to_be_visible()
    if javascript:
        assert axe(page) == []
    form.get_by_role("button", name="Invite Customer").click()
    expect(page.locator("main h1")).to_have_text("Bay Area Optics")
    expect(page.locator("#messages")).to_contain_text("ann@optics.example")
    expect(page.locator("main time", has_text="30 June 2027").first).to_be_visible()
    customer = Customer.objects.get(name="Bay Area Optics")
    assert page.url.endswith(customer.get_absolute_url())


def test_what_is_typed_while_the_country_brings_its_fields_is_kept(open_as, alice):
    page = open_as(alice, "/customers/new/", **CALM)
    waiting = []
    page.route("**/customers/new/", lambda route: waiting.append(route))
    page.get_by_label("City").fill("Springfield")
    page.get_by_label("Country").select_option("United States")
    page.get_by_label("Address line 1").fill("1 Main Street")
    page.get_by_label("Address line 1").press("Tab")
    page.keyboard.type("Suite")
    expect(page.get_by_label("Address line 2")).to_have_value("Suite")
    waiting[0].continue_()
    expect(page.get_by_label("State")).to_be_visible()
    page.keyboard.type(" 7")
    expect(page.get_by_label("Address line 1")).to_have_value("1 Main Street")
    expect(page.get_by_label("Address line 2")).to_have_value("Suite 7")
    expect(page.get_by_label("City")).to_have_value("Springfield")


def test_a_form_that_is_a_page_stays_that_page(open_as, axe, alice):
    page = open_as(alice, "/customers/new/", **CALM)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Enter the organization's name.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Organization Name")).to_be_focused()
    assert axe(page) == []


@pytest.mark.core
def test_requesting_two_products(open_as, axe, javascript, alice, customer, products):
    page = open_as(alice, customer.get_absolute_url(), javascript=javascript, **CALM)
    page.get_by_role("link", name="Create new Purchase Authorization").click()
    form = form_on(page, javascript)
    product, number = form.get_by_label("Product", exact=True), form.get_by_label("Licenses")
    product.select_option(label="Photo")
    number.fill("1e3")
    form.get_by_role("button", name="Add a product").click()
    expect(product).to_have_count(2)
    expect(number.first).to_have_value("1e3")
    if javascript:
        expect(product.nth(1)).to_be_focused()
    product.nth(1).select_option(label="Photo")
    number.nth(1).fill("1")
    form.get_by_role("button", name="Create Purchase Authorization").click()

    expect(form.get_by_text("Use digits only, such as 25.")).to_be_visible()
    expect(form.get_by_text("Photo is on line 1 already; change the number there.")).to_be_visible()
    if javascript:
        expect(number.first).to_be_focused()
        assert axe(page) == []
    number.first.fill("3")
    product.nth(1).select_option(label="Video (at least 2)")
    number.nth(1).fill("2")
    form.get_by_label("Purchase Order (PO) number").fill("PO-77")
    form.get_by_role("button", name="Create Purchase Authorization").click()

    expect(page.get_by_text("Remember to place the order for PA-")).to_be_visible()
    expect(page.get_by_text("Order them for 12 months by 1 April 2026")).to_be_visible()
    pa = PurchaseAuthorization.objects.get()
    assert {(line.product.name, line.quantity) for line in pa.lines.all()} == {
        ("Photo", 3),
        ("Video", 2),
    }


def test_the_enter_key_goes_on_and_not_back(open_as, javascript, alice, customer, products):
    page = open_as(
        alice, f"{customer.get_absolute_url()}authorizations/new/", javascript=javascript
    )
    page.get_by_label("Product", exact=True).select_option(label="Photo")
    page.get_by_label("Licenses").fill("4")
    page.get_by_label("Licenses").press("Enter")
    if javascript:
        page.wait_for_url(re.compile("created=PA-"))
    expect(page.get_by_text("Remember to place the order for PA-")).to_be_visible()
    assert PurchaseAuthorization.objects.count() == 1


def test_cancelling_names_what_is_lost(open_as, axe, javascript, alice, customer, pending):
    page = open_as(alice, customer.get_absolute_url(), javascript=javascript, **CALM)
    page.get_by_role("link", name=f"Cancel {pending.number}").first.click()
    form = form_on(page, javascript)
    expect(form.get_by_text("Photo 5 licenses")).to_be_visible()
    if javascript:
        assert axe(page) == []
        form.get_by_role("link", name="Keep it").click()
        expect(form).to_be_hidden()
        expect(page.get_by_role("link", name=f"Cancel {pending.number}").first).to_be_focused()
        page.get_by_role("link", name=f"Cancel {pending.number}").first.click()
    form.get_by_role("button", name=f"Cancel {pending.number}").click()
    expect(page.locator("#messages")).to_contain_text(f"{pending.number} is cancelled")
    expect(page.get_by_role("link", name=f"Cancel {pending.number}")).to_have_count(0)


def test_recording_an_order_for_two(
    open_as, axe, javascript, alice, customer, pending, products, pinned_today
):
    other = create_authorization(
        customer,
        lines=[(products[1], 2)],
        po_number="",
        by=alice,
        day=day_of(customer, pinned_today),
    )
    page = open_as(alice, customer.get_absolute_url(), javascript=javascript, **CALM)
    page.get_by_role("link", name=f"Record order for {pending.number}").click()
    form = form_on(page, javascript)
    form.get_by_role("button", name="Record order").click()
    expect(form.get_by_text("Enter the order number.")).to_be_visible()
    form.get_by_label("Order number").fill("9200001234")
    form.get_by_label(other.number).check()
    if javascript:
        assert axe(page) == []
    form.get_by_role("button", name="Record order").click()
    expect(page.locator("#messages")).to_contain_text("The order is recorded.")
    expect(page.locator("main").get_by_role("link", name="9200001234").first).to_be_visible()
    assert not PurchaseAuthorization.objects.filter(order=None).exists()


def test_a_double_click_is_one_click(open_as, javascript, alice, customer, products):
    page = open_as(
        alice, f"{customer.get_absolute_url()}authorizations/new/", javascript=javascript
    )
    page.get_by_label("Product", exact=True).select_option(label="Photo")
    page.get_by_label("Licenses").fill("4")
    page.get_by_role("button", name="Create Purchase Authorization").dblclick()
    expect(page.get_by_text("Remember to place the order for PA-")).to_be_visible()
    assert PurchaseAuthorization.objects.count() == 1


def test_what_meanwhile_happened_is_said_in_the_dialog(
    open_as, javascript, alice, customer, pending, pinned_today
):
    from authorizations.actions.cancel import cancel_authorization

    page = open_as(alice, customer.get_absolute_url(), javascript=javascript, **CALM)
    page.get_by_role("link", name=f"Cancel {pending.number}").first.click()
    form = form_on(page, javascript)
    button = form.get_by_role("button", name=f"Cancel {pending.number}")
    expect(button).to_be_visible()
    cancel_authorization(pending, by=alice, day=day_of(pending, pinned_today))
    button.click()
    expect(form.get_by_text(f"{pending.number} is cancelled")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_dialog_fits_320_pixels_and_has_nothing_for_axe(
    open_as, axe, ada, customer, pending, scheme
):
    look = {"viewport": NARROW, "color_scheme": scheme, **CALM}
    page = open_as(ada, customer.get_absolute_url(), **look)
    names = [
        "Create new Purchase Authorization",
        "Resend invitation",
        "Change Managed by",
        f"Record order for {pending.number}",
        f"Cancel {pending.number}",
    ]
    for name in names:
        page.get_by_role("link", name=name).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert fits(page), name
        assert axe(page) == [], name
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
