"""The Customers page in a real browser: every way through it with and without scripts."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from customers.customer_list import pages

D = dt.timedelta
LOOKS = [
    pytest.param({"viewport": {"width": 1280, "height": 800}}, id="wide"),
    pytest.param({"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}, id="dark"),
    pytest.param({"viewport": {"width": 320, "height": 640}}, id="narrow"),
    pytest.param({"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}, id="400 %"),
]


@pytest.fixture
def crowd(make_customer, ada, pinned_today):
    """Seven customers, of which two are past due and three are Ada's."""
    for number in range(7):
        make_customer(
            name=f"Acme {number}",
            contact_email=f"c{number}@acme.example",
            anniversary_on=pinned_today + D(100 - number),
            **({"managed_by": ada} if number > 3 else {}),
            **(
                {"past_due_from_on": pinned_today, "past_due_until_on": pinned_today + D(30)}
                if number in (2, 5)
                else {}
            ),
        )


def names(page):
    return page.locator(".customer-list .name").all_text_contents()


def test_filter_switch_sort_and_pages_are_links(open_as, javascript, ada, crowd, monkeypatch):
    monkeypatch.setattr(pages, "ROWS", 3)
    page = open_as(ada, "/customers/", javascript=javascript)
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_text("4–6 of 7")).to_be_visible()
    assert names(page) == ["Acme 3", "Acme 4", "Acme 5"]
    page.get_by_role("link", name="Last", exact=True).click()
    expect(page.get_by_text("5–7 of 7")).to_be_visible()
    page.get_by_role("link", name="Previous", exact=True).click()
    expect(page.get_by_text("2–4 of 7")).to_be_visible()

    page.get_by_role("link", name=re.compile("^Past Due Requests")).click()
    expect(page.get_by_role("heading", name=re.compile("Past Due Requests 2"))).to_be_visible()
    assert names(page) == ["Acme 2", "Acme 5"]
    assert page.url.endswith("/customers/?show=past-due")

    page.get_by_role("link", name=re.compile("^Managed by me")).click()
    expect(page.get_by_role("heading", name=re.compile("Past Due Requests 1"))).to_be_visible()
    assert page.url.endswith("/customers/?show=past-due&mine=1")

    page.get_by_role("link", name=re.compile("^All Customers")).click()
    expect(page.get_by_role("heading", name=re.compile("All Customers 3"))).to_be_visible()
    page.get_by_role("link", name="Anniversary date", exact=True).click()
    expect(page).to_have_url(re.compile("sort=anniversary"))
    expect(page.locator(".customer-list .name").first).to_have_text("Acme 6")


def test_search_keeps_filter_and_switch_and_can_be_cleared(open_as, javascript, ada, crowd):
    page = open_as(ada, "/customers/?show=past-due&mine=1", javascript=javascript)
    box = page.get_by_role("searchbox")
    box.fill("c5@acme")
    box.press("Enter")
    expect(page.get_by_text("1 customer found for “c5@acme” in Past Due Requests.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"show=past-due&mine=1&q=c5"))
    page.get_by_role("link", name="Clear the search").click()
    expect(page).to_have_url(re.compile(r"/customers/\?show=past-due&mine=1$"))
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_typing_searches_without_losing_the_cursor(open_as, alice, crowd):
    page = open_as(alice, "/customers/")
    page.get_by_role("searchbox").press_sequentially("c3@acme", delay=20)
    expect(page.locator(".customer-list .name")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("#announcement")).to_contain_text("1 customer found")


def test_choosing_a_sort_searches_at_once(open_as, alice, crowd):
    page = open_as(alice, "/customers/")
    page.get_by_label("Sort by").focus()
    page.get_by_label("Sort by").select_option("Name, Z to A")
    expect(page.locator(".customer-list .name").first).to_have_text("Acme 6")
    expect(page.get_by_label("Sort by")).to_be_focused()


def test_after_a_filter_the_focus_and_the_voice_are_at_the_list(open_as, alice, crowd):
    page = open_as(alice, "/customers/")
    page.get_by_role("link", name=re.compile("^Past Due Requests")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list-title")).to_be_focused()
    expect(page.locator("#announcement")).to_have_text("2 customers in Past Due Requests")
    expect(page).to_have_title("Past Due Requests · Reseller Console")
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("All Customers 7"))).to_be_visible()
    expect(page.locator("html")).to_have_count(1)


@pytest.mark.core
def test_a_name_opens_a_menu_and_the_name_in_it_the_details(open_as, javascript, alice, crowd):
    page = open_as(alice, "/customers/", javascript=javascript)
    page.get_by_role("button", name="Acme 1", exact=True).click()
    menu = page.get_by_role("group", name="Acme 1")
    expect(menu.get_by_role("link", name="Create new Purchase Authorization")).to_be_visible()
    expect(menu.get_by_role("link", name="Resend invitation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Acme 1", exact=True).click()
    menu.get_by_role("link", name="Acme 1", exact=True).click()
    expect(page).to_have_url(re.compile(r"/customers/[0-9A-F]{20}/$"))


def test_the_arrow_opens_the_details(open_as, javascript, bob, crowd):
    page = open_as(bob, "/customers/", javascript=javascript)
    page.get_by_role("link", name="Details of Acme 4").click()
    expect(page).to_have_url(re.compile(r"/customers/[0-9A-F]{20}/$"))


def test_a_dialog_from_the_menu_gives_the_focus_back(open_as, alice, crowd):
    page = open_as(alice, "/customers/")
    name = page.get_by_role("button", name="Acme 1", exact=True)
    name.click()
    page.get_by_role("link", name="Resend invitation").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(name).to_be_focused()


def test_after_an_action_the_list_is_as_it_was(open_as, javascript, ada, crowd):
    page = open_as(ada, "/customers/?q=acme&mine=0&sort=name", javascript=javascript)
    name = page.locator("th .name").nth(1)
    words = name.inner_text()
    name.click()
    page.get_by_role("link", name="Change Managed by").locator("visible=true").click()
    form = page.get_by_role("dialog") if javascript else page.get_by_role("main")
    form.get_by_role("combobox").select_option(index=1)
    form.get_by_role("button", name="Change", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Managed by was changed.")
    expect(page).to_have_url(re.compile(r"/customers/\?q=acme&mine=0&sort=name$"))
    if javascript:
        expect(page.get_by_role("button", name=words)).to_be_focused()


def test_chosen_customers_are_handed_over(open_as, javascript, ada, crowd):
    page = open_as(ada, "/customers/", javascript=javascript)
    page.get_by_role("checkbox", name="Choose Acme 1").check()
    page.get_by_role("checkbox", name="Choose Acme 2").check()
    page.get_by_role("button", name="Change “Managed by” for the selected customers").click()
    form = page.get_by_role("dialog") if javascript else page.get_by_role("main")
    expect(form.get_by_role("textbox").first).to_be_visible()
    expect(form.get_by_role("textbox").first).to_have_value(re.compile(r"^\w{20}\s+\w{20}\s*$"))


def test_the_file_is_the_list(open_as, javascript, alice, crowd):
    page = open_as(alice, "/customers/?show=past-due", javascript=javascript)
    with page.expect_download() as started:
        page.get_by_role("link", name="Export CSV").click()
    assert started.value.suggested_filename == "customers-2026-03-02.csv"
    assert started.value.path().read_text().count("\n") == 3


def test_an_ended_session_leads_to_the_sign_in_page(open_as, alice, crowd):
    page = open_as(alice, "/customers/")
    page.context.clear_cookies()
    page.get_by_role("link", name=re.compile("^Past Due Requests")).click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))


def test_trouble_is_shown_in_place(open_as, alice, crowd):
    page = open_as(alice, "/customers/")
    page.route(
        "**/customers/?show=ready",
        lambda route: route.fulfill(
            status=404, body=render_to_string("errors/404.html"), content_type="text/html"
        ),
    )
    page.get_by_role("link", name=re.compile("^Ready for Renewal")).click()
    expect(page.locator("#trouble")).to_contain_text("There is no such page.")
    assert len(names(page)) == 7
    page.get_by_role("link", name=re.compile("^Past Due Requests")).click()
    expect(page.locator("#trouble")).to_be_hidden()


def test_names_stay_text_in_page_menu_title_and_voice(open_as, ada, make_customer):
    name = "<img src=x onerror=alert(1)>"
    make_customer(name=name)
    page = open_as(ada, "/customers/")
    page.on("dialog", lambda dialog: pytest.fail("A script ran."))
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#announcement")).to_contain_text(name)
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("group", name=name)).to_be_visible()
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["/customers/", "/customers/?show=ready", "/help/", "/nowhere/"])
def test_nothing_is_amiss_for_anybody_and_nothing_is_cut_off(open_as, axe, ada, crowd, path, look):
    page = open_as(ada, path, **look)
    assert axe(page) == []
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    menus = page.locator(".customer-list .name")
    if menus.count():
        menus.first.click()
        assert axe(page) == []


def test_everything_is_reached_by_keyboard(open_as, alice, crowd):
    page = open_as(alice, "/customers/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Add Customer Organization")).to_be_focused()
    met = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        met.add(page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
    assert {"Acme 0", ">", "Export CSV", "Name, A to Z"[:12], "Search"} <= met | {"Name, A to Z"}


def test_the_page_can_be_read_and_used_without_styles(open_as, alice, crowd):
    page = open_as(alice, "/customers/", javascript=False)
    page.route("**/*.css", lambda route: route.abort())
    page.reload()
    page.get_by_role("link", name=re.compile("^Past Due Requests")).click()
    expect(page.get_by_role("heading", name=re.compile("Past Due Requests"))).to_be_visible()
