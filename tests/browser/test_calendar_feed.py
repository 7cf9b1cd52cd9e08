"""A calendar feed is created, copied, replaced and revoked in a real browser."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from reseller_console.accounts.actions.calendar_feed import create_feed
from tests.browser.test_team import in_the_dialog

PAGE = "/calendar/"


@pytest.fixture(autouse=True)
def origin_of_the_server(live_server, settings):
    """Let addresses lead to the server of the test."""
    settings.CONSOLE_ORIGIN = live_server.url


def address_on(page: Page) -> str:
    """Return the address that is shown."""
    return page.get_by_label("Your secret address").input_value()


def read(address: str) -> tuple[int, str]:
    """Return what a calendar gets."""
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_from_the_customers_page_to_a_calendar(open_as, javascript, bob, customer):
    page = open_as(bob, "/customers/", javascript=javascript)
    page.get_by_role("link", name="Calendar feed").click()
    expect(page.get_by_label("Everything of my organization")).to_be_checked()
    page.get_by_label("Which of them").select_option("Past Due Requests")
    page.get_by_role("button", name="Create calendar feed").click()
    expect(page.locator("#messages")).to_contain_text("The calendar feed is created.")
    first = address_on(page)
    assert first.startswith(f"{settings.CONSOLE_ORIGIN}{PAGE}")
    status, text = read(first)
    assert (status, "Past Due Requests" in text) == (200, True)

    page.get_by_role("link", name="Replace address").click()
    in_the_dialog(page, javascript).get_by_role("button", name="Replace address").click()
    expect(page.locator("#messages")).to_contain_text("The address is replaced.")
    assert (read(first)[0], read(address_on(page))[0]) == (404, 200)

    page.get_by_role("link", name="Revoke").click()
    in_the_dialog(page, javascript).get_by_role("button", name="Revoke").click()
    expect(page.locator("#messages")).to_contain_text("The calendar feed is revoked.")
    expect(page.get_by_role("button", name="Create calendar feed")).to_be_visible()


def test_the_address_is_copied_by_a_button_where_scripts_run(open_as, alice, live_server):
    create_feed(alice, scope="managed", show="", by=alice)
    granted = ["clipboard-read", "clipboard-write"]
    page = open_as(alice, PAGE, permissions=granted)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#announcement")).to_have_text("The address is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == address_on(page)
    page = open_as(alice, PAGE, javascript=False)
    expect(page.get_by_label("Your secret address")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 1280])
def test_its_pages_fit_and_have_nothing_for_axe(open_as, axe_day_and_night, alice, width):
    page = open_as(alice, PAGE, viewport={"width": width, "height": 900})

    def look() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert axe_day_and_night(page) == [], page.url

    look()
    create_feed(alice, scope="managed", show="", by=alice)
    for path in ("", "address/", "revocation/"):
        page.goto(PAGE + path)
        look()
