"""The worklist in a real browser: filters, search, pages, recording; with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from authorizations.actions.create import create_authorization
from authorizations.models import Product, PurchaseAuthorization
from authorizations.worklist import page as worklist_page
from tests.browser.test_customers_page import LOOKS
from tests.personas import day_of

# Created on, so that on 2 March 2026 there are two Suspended, two Overdue and two Pending.
CREATED = {
    "Acme 0": "2025-11-01",
    "Acme 1": "2025-12-31",
    "Acme 2": "2026-01-15",
    "Acme 3": "2026-01-30",
    "Acme 4": "2026-02-20",
    "Acme 5": "2026-03-02",
}


@pytest.fixture
def orders(make_customer, set_today, pinned_today, ada, alice):
    """Six purchase authorizations; the last two are of Ada's customers, one asked for by Vera."""
    product = Product.objects.create(name="Test Photoshop", family="Test", offering="team")
    made = []
    for name, on in CREATED.items():
        customer = make_customer(
            name=name, managed_by=ada if name in ("Acme 4", "Acme 5") else alice
        )
        made.append(
            create_authorization(
                customer,
                lines=[(product, 7)],
                po_number=f"PO-{name[-1]}",
                by=alice,
                day=day_of(customer, set_today(on)),
            )
        )
    set_today(pinned_today)
    return made


def names(page):
    return page.locator(".worklist .name").all_text_contents()


def title(page, words: str):
    return page.get_by_role("heading", name=re.compile(words))


def test_filters_switches_and_pages_are_links(open_as, javascript, ada, orders, monkeypatch):
    monkeypatch.setattr(worklist_page, "ROWS", 4)
    page = open_as(ada, "/customers/", javascript=javascript)
    page.get_by_role("link", name="Orders to place").click()
    expect(title(page, "Awaiting an order 6")).to_be_visible()
    assert names(page) == ["Acme 0", "Acme 1", "Acme 2", "Acme 3"]
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_text("5–6 of 6")).to_be_visible()
    assert names(page) == ["Acme 4", "Acme 5"]
    page.get_by_role("link", name=re.compile("^Overdue")).click()
    expect(title(page, "Overdue 2")).to_be_visible()
    assert names(page) == ["Acme 2", "Acme 3"]
    assert page.url.endswith("/orders/?show=overdue")
    page.get_by_role("link", name=re.compile("^Managed by me")).click()
    expect(title(page, "Overdue 0")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Pending"))).to_contain_text("2")
    page.get_by_role("link", name=re.compile("^Show everyone's")).click()
    expect(title(page, "Overdue 2")).to_be_visible()


def test_a_search_keeps_the_filter_and_can_be_cleared(open_as, javascript, alice, orders):
    page = open_as(alice, "/orders/?show=suspended", javascript=javascript)
    page.get_by_role("searchbox").fill("po-1")
    page.get_by_role("searchbox").press("Enter")
    expect(
        page.get_by_text("1 purchase authorization found for “po-1” in Suspended.")
    ).to_be_visible()
    assert names(page) == ["Acme 1"]
    page.get_by_role("link", name="Clear the search").click()
    expect(title(page, "Suspended 2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/orders/\?show=suspended$"))


def test_typing_searches_without_losing_the_cursor(open_as, alice, orders):
    page = open_as(alice, "/orders/")
    page.get_by_role("searchbox").press_sequentially("acme PO-3", delay=20)
    expect(page.locator(".worklist .name")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("#announcement")).to_contain_text("1 purchase authorization found")


def test_after_a_filter_the_focus_and_the_voice_are_at_the_list(open_as, alice, orders):
    page = open_as(alice, "/orders/")
    page.get_by_role("link", name=re.compile("^Pending")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list-title")).to_be_focused()
    expect(page.locator("#announcement")).to_have_text("2 purchase authorizations in Pending")
    expect(page).to_have_title("Pending · Orders to place · Reseller Console")
    page.go_back()
    expect(title(page, "Awaiting an order 6")).to_be_visible()
    expect(page.locator("html")).to_have_count(1)


def test_an_order_is_recorded_from_the_list_and_its_row_is_gone(open_as, javascript, alice, orders):
    page = open_as(alice, "/orders/?show=suspended", javascript=javascript)
    page.get_by_role("link", name=f"Record order for {orders[0].number}").click()
    form = page.get_by_role("dialog") if javascript else page.get_by_role("main")
    form.get_by_label("Order number").fill("9200001")
    form.get_by_role("button", name="Record order").click()
    expect(page.locator("#messages")).to_contain_text("The order is recorded.")
    expect(title(page, "Suspended 1")).to_be_visible()
    assert names(page) == ["Acme 1"]
    expect(page).to_have_url(re.compile(r"/orders/\?show=suspended$"))


def test_after_an_order_the_focus_is_on_the_row_that_took_its_place(
    open_as, alice, orders, monkeypatch
):
    monkeypatch.setattr(worklist_page, "ROWS", 4)
    page = open_as(alice, "/orders/?q=acme", viewport={"width": 1280, "height": 420})
    page.get_by_role("link", name=f"Record order for {orders[3].number}").click()
    scrolled = page.evaluate("scrollY")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Order number").fill("9200001")
    dialog.get_by_role("button", name="Record order").click()
    expect(page.locator("#messages")).to_contain_text("The order is recorded.")
    assert names(page) == ["Acme 0", "Acme 1", "Acme 2", "Acme 4"]
    expect(page.get_by_role("link", name="Acme 4")).to_be_focused()
    assert scrolled > 0 and page.evaluate("scrollY") == pytest.approx(scrolled, abs=80)
    expect(page).to_have_url(re.compile(r"/orders/\?q=acme$"))
    page.reload()
    expect(page.get_by_role("link", name="Acme 4")).not_to_be_focused()


def test_cancelling_the_dialog_comes_back_to_the_list(open_as, javascript, alice, orders):
    page = open_as(alice, "/orders/?show=overdue", javascript=javascript)
    page.get_by_role("link", name=f"Record order for {orders[2].number}").click()
    page.get_by_role("link", name="Cancel", exact=True).click()
    expect(title(page, "Overdue 2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/orders/\?show=overdue$"))


def test_the_file_is_the_list(open_as, javascript, alice, orders):
    page = open_as(alice, "/orders/?show=overdue", javascript=javascript)
    with page.expect_download() as started:
        page.get_by_role("link", name="Export CSV").click()
    assert started.value.suggested_filename == "orders-to-place-2026-03-02.csv"
    assert started.value.path().read_text().count("\n") == 3


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["/orders/", "/orders/?q=nobody", "/orders/?show=overdue&mine=1"])
def test_nothing_is_amiss_for_anybody_and_nothing_is_cut_off(
    open_as, axe, ada, vera, orders, path, look
):
    PurchaseAuthorization.objects.filter(pk=orders[0].pk).update(requested_by=vera)
    page = open_as(ada, path, **look)
    assert axe(page) == []
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("width", [761, 901, 1140, 1181])
def test_the_table_fits_at_every_width(open_as, ada, vera, orders, width):
    PurchaseAuthorization.objects.filter(pk=orders[0].pk).update(requested_by=vera)
    page = open_as(ada, "/orders/", viewport={"width": width, "height": 700})
    assert page.evaluate(
        "(() => { const table = document.querySelector('.worklist table');"
        " return table.scrollWidth <= table.parentElement.clientWidth; })()"
    )
