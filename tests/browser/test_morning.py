"""A manager's morning by keyboard alone: order, renew, check a return, notify.

Nothing is clicked and nothing is focused by the test: whatever is reached is reached by Tab.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from authorizations.actions.create import create_authorization
from authorizations.actions.give_back import record_return
from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct
from authorizations.models import Order, OrderLine, Product, RenewalContact
from tests.personas import day_of

pytestmark = pytest.mark.django_db(transaction=True)

# What somebody hears of the control that has the focus.
NAME = """(() => {
  const one = document.activeElement;
  const label = one.labels && one.labels[0];
  return (one.ariaLabel || (label || one).textContent || "").replace(/\\s+/g, " ").trim();
})()"""
# So many keys the whole morning may take, letters and figures that are typed aside. Every badge
# that explains itself is a stop of Tab: one more in each row that is passed.
MOST_PRESSES = 245
MOST_TABS = 60


class Keyboard:
    """Hands that only reach the keyboard; `presses` counts keys, what is typed aside."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)
        self.presses += 1

    def go_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until something whose name begins like this has the focus."""
        for _ in range(MOST_TABS):
            self.press("Shift+Tab" if back else "Tab")
            found = self.page.evaluate(NAME)
            if found == name or (not back and found.startswith(name)):
                return
        pytest.fail(f"{name} is not reached by {MOST_TABS} tabs.")

    def open(self, name: str, *, back: bool = False) -> None:
        """Go to something and press Enter on it."""
        self.go_to(name, back=back)
        self.press("Enter")

    def tick(self, names: list[str]) -> None:
        """Tick some check boxes, in the order in which they stand."""
        for name in names:
            self.go_to(f"Select {name}")
            self.press("Space")

    def type_in(self, name: str, text: str) -> None:
        """Type into a field, which may have the focus already."""
        if not self.page.evaluate(NAME).startswith(name):
            self.go_to(name)
        self.page.keyboard.type(text)


@pytest.fixture
def morning(make_customer, alice, set_today, pinned_today):
    """Six PAs to order, five customers to renew, and an order of which something went back."""
    product = Product.objects.create(name="Test Photoshop", family="Test", offering="team")
    set_today("2025-01-01")
    due = [make_customer(name=f"Due {number}") for number in range(5)]
    today = set_today("2025-03-20")
    for number, customer in enumerate(due):
        day = day_of(customer, today)
        direct = [Direct(customer, [(product, 7)])]
        record_order(direct=direct, number=f"D-{number}", ordered_on=today, by=alice, day=day)
    today = set_today("2026-02-20")
    waiting = [make_customer(name=f"Waiting {number}") for number in range(6)]
    pas = [
        create_authorization(
            customer, lines=[(product, 3)], po_number="", by=alice, day=day_of(customer, today)
        )
        for customer in waiting
    ]
    today = set_today(pinned_today)
    back = make_customer(name="Back Office")
    day = day_of(back, today)
    order = record_order(
        direct=[Direct(back, [(product, 9)])], number="O-BACK", ordered_on=today, by=alice, day=day
    )
    lines = {order.lines.get().pk: 4}
    record_return(order, back, quantities=lines, number="RMA-7", by=alice, day=day)
    return pas


def test_a_morning_by_keyboard_alone(open_as, alice, morning, javascript, record_property):
    page = open_as(alice, "/customers/", javascript=javascript, reduced_motion="reduce")
    keys = Keyboard(page)

    keys.open("Orders to place")
    expect(page.get_by_role("heading", name="Awaiting an order")).to_be_visible()
    keys.tick([pa.number for pa in morning[:5]])
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Record one order")).to_be_visible()
    keys.type_in("Order number", "SO-1")
    keys.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Order SO-1 is recorded for 5")
    assert Order.objects.get(number="SO-1").authorizations.count() == 5

    keys.open("Renewals")
    expect(page.locator("#list-title")).to_contain_text("To renew")
    keys.tick(["Due 0", "Due 1"])
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Record renewal order")).to_be_visible()
    keys.type_in("Order number", "R-1")
    keys.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Renewal order R-1 is recorded")
    assert OrderLine.objects.filter(order__number="R-1").count() == 2

    keys.tick(["Due 2", "Due 3", "Due 4"])
    keys.open("Notify", back=True)
    expect(page.get_by_role("heading", name="Notify of the renewal")).to_be_visible()
    keys.open("Send")
    expect(page.locator("#messages")).to_contain_text("3 customers")
    assert RenewalContact.objects.values("customer").distinct().count() == 3

    keys.open("Orders to place")
    expect(page.get_by_role("heading", name="Awaiting an order")).to_be_visible()
    keys.open("History")
    expect(page.get_by_role("heading", name="All orders")).to_be_visible()
    keys.open("O-BACK")
    expect(page.get_by_role("main")).to_contain_text("RMA-7")

    record_property("key presses", keys.presses)
    assert keys.presses <= MOST_PRESSES
