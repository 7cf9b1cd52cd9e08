"""Back and Esc: nothing typed is lost without a question, nothing old is shown as new.

The browser keeps whole pages for its Back button here, as people's browsers do; test drivers
turn that off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from customers.models import Customer

KEEPS_PAGES = "--disable-back-forward-cache"


@pytest.fixture(scope="module")
def browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, object]
) -> Iterator[Browser]:
    """A browser with the cache of pages that people have."""
    launched = browser_type.launch(**browser_type_launch_args, ignore_default_args=[KEEPS_PAGES])
    yield launched
    launched.close()


def test_after_signing_out_back_shows_nobodys_customers(open_as, alice, customer, javascript):
    page = open_as(alice, "/customers/", javascript=javascript)
    expect(page.get_by_role("link", name=customer.name)).to_be_visible()
    page.goto(customer.get_absolute_url())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_text(customer.name)).to_have_count(0)


def add_organization(page: Page):
    page.get_by_role("link", name=re.compile("Add Customer")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Organization name").fill("Half Typed LLC")
    return dialog


@pytest.mark.parametrize("way", ["Escape", "×", "Cancel"])
def test_a_dialog_asks_before_it_throws_away_what_was_typed(open_as, alice, program, way):
    page = open_as(alice, "/customers/")
    dialog = add_organization(page)

    def leave() -> None:
        if way == "Escape":
            page.keyboard.press("Escape")
        elif way == "×":
            dialog.first.get_by_role("button", name="Close").click()
        else:
            dialog.first.get_by_role("link", name="Cancel").click()

    question = page.get_by_role("dialog", name="Discard what you typed?")
    for _ in range(2):
        leave()
        expect(question).to_be_visible()
        page.keyboard.press("Escape")
        expect(question).not_to_be_visible()
        expect(dialog.get_by_label("Organization name")).to_have_value("Half Typed LLC")
    leave()
    question.get_by_role("button", name="Keep editing").click()
    expect(dialog.get_by_label("Organization name")).to_have_value("Half Typed LLC")
    leave()
    question.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_dialog_in_which_nothing_was_typed_closes_at_once(open_as, alice, program):
    page = open_as(alice, "/customers/")
    page.get_by_role("link", name=re.compile("Add Customer")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_back_after_creating_shows_the_new_state(open_as, alice, customer, make_customer):
    page = open_as(alice, "/customers/")
    page.get_by_role("link", name=customer.name).click()
    expect(page.get_by_role("heading", name=customer.name)).to_be_visible()
    make_customer(name="Newest Of All")
    page.go_back()
    expect(page.get_by_role("link", name="Newest Of All")).to_be_visible()
    assert Customer.objects.count() == 2


def come_back(page: Page) -> None:
    """Let the page believe that the browser had kept it; not every browser keeps this one."""
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


def test_a_kept_dialog_can_be_sent_after_back(open_as, alice, program):
    page = open_as(alice, "/customers/")
    dialog = add_organization(page)
    page.evaluate("htmx.trigger(document.querySelector('dialog form[hx-post]'), 'htmx:beforeSend')")
    expect(dialog.get_by_role("button", name="Next")).to_be_disabled()
    come_back(page)
    expect(dialog.get_by_role("button", name="Next")).to_be_enabled()
    expect(dialog.get_by_label("Organization name")).to_have_value("Half Typed LLC")


def test_a_kept_page_is_fetched_again_after_back(open_as, alice, customer, make_customer):
    page = open_as(alice, "/customers/?q=Cust")
    make_customer(name="Custody Newest")
    come_back(page)
    expect(page.get_by_role("link", name="Custody Newest")).to_be_visible()
    assert page.url.endswith("/customers/?q=Cust")
