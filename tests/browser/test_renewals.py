"""Renewals in a browser: the order and the notice, with and without JavaScript, on any screen."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from authorizations.actions.order import record_order
from authorizations.models import OrderLine
from notifications.models import Email
from tests.personas import day_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(make_customer, alice, set_today, pinned_today):
    """Two customers whose term ends on 20 March 2026, with 7 licenses each."""
    from authorizations.actions.create import create_authorization
    from authorizations.models import Product

    product = Product.objects.create(name="Test Photoshop", family="Test", offering="team")
    Product.objects.create(name="Test Illustrator", family="Test", offering="team")
    set_today("2025-01-01")
    made = [make_customer(name="Summit Design"), make_customer(name="Another One")]
    today = set_today("2025-03-20")
    for number, customer in enumerate(made):
        day = day_of(customer, today)
        authorization = create_authorization(
            customer, lines=[(product, 7)], po_number="", by=alice, day=day
        )
        record_order([authorization], number=f"O-{number}", ordered_on=today, by=alice, day=day)
    set_today(pinned_today)
    return made


def test_a_renewal_order_with_another_product(open_as, alice, due, javascript):
    page = open_as(alice, due[0].get_absolute_url(), javascript=javascript)
    page.get_by_role("link", name="Record renewal order").click()
    page.get_by_label("Order number").fill("4711")
    page.get_by_label("Licenses of Test Photoshop").fill("5")
    page.get_by_role("button", name="Add another product").click()
    page.get_by_label("Product", exact=True).select_option("Test Illustrator")
    page.get_by_label("Licenses", exact=True).fill("2")
    page.get_by_role("button", name="Record renewal order").click()
    expect(page.get_by_text("7 licenses until 20 March 2027; 2 are left").first).to_be_visible()
    assert OrderLine.objects.filter(renews_on__isnull=False).count() == 2


def test_a_notice_is_looked_at_and_sent(open_as, alice, due, javascript):
    page = open_as(alice, due[0].get_absolute_url(), javascript=javascript)
    page.get_by_role("link", name="Notify of the renewal").click()
    page.get_by_label("Your own lines").fill("Shall we keep all of them?")
    page.get_by_role("button", name="Update the preview").click()
    expect(page.get_by_role("region", name="Text of the email")).to_contain_text("keep all of them")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("is notified of the renewal: 1 email.").first).to_be_visible()
    assert Email.objects.filter(template="renewal_notice").count() == 1


@pytest.mark.parametrize(
    "path", ["{one}renewal/", "{one}renewal/notification/", "/renewals/order/?{many}",
             "/renewals/notification/?{many}"]
)  # fmt: skip
def test_each_dialog_is_accessible_and_fits_on_every_screen(
    open_as, alice, due, axe_day_and_night, path
):
    many = "&".join(f"customer={customer.vip_id}" for customer in due)
    address = path.format(one=due[0].get_absolute_url(), many=many)
    page = open_as(alice, address)
    for width in (1280, 375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} at {width}"
        if os.environ.get("SHOTS"):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                name = path.split("?")[0].strip("/").replace("/", "-").replace("{one}", "one-")
                page.screenshot(
                    path=f"{os.environ['SHOTS']}/{name}-{width}-{scheme}.png", full_page=True
                )
    assert axe_day_and_night(page) == []
