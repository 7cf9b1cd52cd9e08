"""Licenses in people's hands in a real browser: give, choose, take back, import; any size."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from authorizations.actions.assign import assign
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.licenses.lists import ROWS
from authorizations.models import Assignment, Product
from tests.browser.test_customers_page import LOOKS
from tests.personas import day_of

LONG = "Maria-Magdalena von Hohenlohe-Waldenburg-Schillingsfürst zu Langenburg"


@pytest.fixture
def photo(db):
    """A product available by PA."""
    return Product.objects.create(name="Photo", family="Apps", offering="team")


@pytest.fixture
def buy(customer, alice, photo, set_today, pinned_today):
    """Return a function that gives the customer a PA of a date."""

    def create(quantity: int, on: str = "2026-03-02"):
        today = set_today(on)
        made = create_authorization(
            customer, lines=[(photo, quantity)], po_number="", by=alice, day=day_of(customer, today)
        )
        set_today(pinned_today)
        return made

    return create


@pytest.fixture
def give(customer, photo, vera, pinned_today):
    """Return a function that gives people a license."""

    def made(*names: str):
        people = [(name, f"{name.split()[0].lower()}@people.example") for name in names]
        return assign(customer, photo, people=people, by=vera, day=day_of(customer, pinned_today))

    return made


@pytest.fixture
def path(customer, photo):
    """The address of the product's page."""
    return f"{customer.get_member_url()}products/{photo.pk}/"


@pytest.fixture
def late(customer, alice, buy, give, set_today):
    """Three people, of whom two have a license that waits; the calendar stays there."""
    first = buy(1, "2026-01-02")
    buy(4, "2026-01-20")
    give("Ann Adams", "Ben Brown", LONG)
    today = set_today("2026-02-03")
    record_order([first], number="A1", ordered_on=today, by=alice, day=day_of([first], today))
    return set_today("2026-03-22")


def holders() -> list[str]:
    held = Assignment.objects.held().select_related("person").in_queue()
    return [row.person.name for row in held]


def test_a_license_is_given_and_taken_back(open_as, javascript, vera, buy, path):
    buy(2)
    page = open_as(vera, path, javascript=javascript)
    page.get_by_role("link", name="Give a license").click()
    page.get_by_label("Name optional").fill("Ann Adams")
    page.get_by_label("Email address", exact=True).fill("ann")
    page.get_by_role("button", name="Give the license").click()
    expect(page.get_by_text("This is not an email address.")).to_be_visible()
    page.get_by_label("Email address", exact=True).fill("ann@people.example")
    page.get_by_role("button", name="Give the license").click()
    expect(page.locator("#messages")).to_contain_text("The license of Photo can be used now.")
    row = page.get_by_role("row", name="Ann Adams")
    expect(row.get_by_text("Works")).to_be_visible()

    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Take back from the selected people").click()
    expect(page.get_by_text("This person loses the license at once:")).to_be_visible()
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("1 license of Photo is free again.")
    page.get_by_role("link", name="Show who had one").click()
    expect(page.get_by_role("row", name="Ann Adams").get_by_text("Taken back")).to_be_visible()
    assert holders() == []


def test_the_list_is_searched_and_paged_in_place(open_as, javascript, vera, buy, give, path):
    buy(ROWS + 10)
    give(*(f"P{n:03} Person" for n in range(ROWS + 2)))
    page = open_as(vera, path, javascript=javascript)
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_text("P000 Person")).to_be_visible()
    page.get_by_role("searchbox").fill("p033")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#people tbody tr")).to_have_count(1)
    assert "q=p033" in page.url


def test_the_admin_chooses_who_waits(open_as, javascript, vera, late, path):
    page = open_as(vera, path, javascript=javascript)
    page.get_by_role("link", name="Choose who waits").click()
    group = page.get_by_role("group", name="Choose 2 people whose licenses wait")
    expect(group.get_by_label(LONG)).to_be_checked()
    group.get_by_label("Ann Adams").check()
    page.get_by_role("button", name="Let these wait").click()
    expect(page.get_by_text("Choose exactly 2 people; you have chosen 3.")).to_be_visible()
    page.get_by_role("group").get_by_label("Ben Brown").uncheck()
    page.get_by_role("button", name="Let these wait").click()
    expect(page.locator("#messages")).to_contain_text("The new order is saved.")
    assert holders()[0] == "Ben Brown"


def test_the_manager_chooses_who_loses_a_license(
    open_as, axe, javascript, alice, customer, buy, give
):
    buy(1)
    second = buy(2)
    give("Ann Adams", "Ben Brown", "Cleo Cole")
    page = open_as(alice, customer.get_absolute_url(), javascript=javascript)
    page.get_by_role("link", name=f"Cancel {second.number}").first.click()
    group = page.get_by_role("group", name="Photo: 2 people lose their licenses")
    expect(group.get_by_label("Cleo Cole")).to_be_checked()
    if javascript:
        assert axe(page) == []
    group.get_by_label("Cleo Cole").uncheck()
    group.get_by_label("Ann Adams").check()
    page.get_by_role("button", name=f"Cancel {second.number}").click()
    expect(page.locator("#messages")).to_contain_text(f"{second.number} is cancelled; its licenses")
    assert holders() == ["Cleo Cole"]


def test_a_list_is_imported(open_as, axe, javascript, vera, customer, buy):
    buy(5)
    path = f"{customer.get_member_url()}people/"
    page = open_as(vera, path, javascript=javascript)
    page.get_by_role("link", name="Import a list").click()
    page.get_by_label("Or paste the list here").fill(
        "Nimi;E-post;Toode\nAnn;ann@people.example;Photo\nBen;ben;Photo\n"
    )
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("This is not an email address.")).to_be_visible()
    if javascript:
        assert axe(page) == []
    page.get_by_role("button", name="Give out 1 license").click()
    expect(page.locator("#messages")).to_contain_text("1 license was given out.")
    expect(page.get_by_role("row", name="Ann")).to_be_visible()

    page.get_by_role("link", name="Import a list").click()
    page.locator("#id_file").set_input_files(
        {
            "name": "list.csv",
            "mimeType": "text/csv",
            "buffer": "mail;product\nb@b.example;Photo".encode("utf-16"),
        }
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Give out 1 license").click()
    expect(page.get_by_role("row", name="b@b.example")).to_be_visible()
    page.get_by_role("link", name="Take everything back from b@b.example").click()
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("b@b.example no longer has a license.")
    assert holders() == ["Ann"]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_fits_and_has_nothing_for_axe(
    open_as, axe, vera, customer, give, late, path, look
):
    people = f"{customer.get_member_url()}people/"
    ann = Assignment.objects.earliest("pk")
    page = open_as(vera, path, **look)
    for address in (
        path,
        f"{path}?show=ended",
        f"{path}?q=nobody",
        f"{path}give/",
        f"{path}choice/",
        f"{path}take-back/?a={ann.pk}",
        people,
        f"{people}?show=ended",
        f"{people}{ann.person_id}/take-back/",
        f"{people}import/",
    ):
        page.goto(address)
        assert axe(page) == [], address
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} px too wide"


def test_a_row_is_chosen_and_confirmed_by_keyboard(open_as, vera, buy, give, path):
    buy(3)
    give("Ann Adams")
    page = open_as(vera, path)
    page.get_by_role("checkbox", name="Choose Ann Adams").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert holders() == ["Ann Adams"]


def test_what_was_given_is_dated(open_as, vera, buy, give, path):
    buy(1)
    (ann,) = give("Ann Adams")
    page = open_as(vera, path)
    expected = ann.assigned_at.astimezone(dt.UTC).date().year
    expect(page.get_by_role("row", name="Ann Adams").locator("time")).to_contain_text(str(expected))
