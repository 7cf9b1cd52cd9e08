"""Ops change program terms: looked at first, saved, then open PAs are re-dated."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from authorizations.actions.create import create_authorization
from authorizations.models import Product, PurchaseAuthorization
from authorizations.rules import rollup
from reseller_console.tenancy.models import ProgramTerms
from tests.personas import day_of

NAMES = (
    "Summit Design",
    "Kalev Õppekirjastus",
    "مؤسسة النور",
    "Northern Lights Observatory of Tartu",
)


@pytest.fixture
def aged(transactional_db, live_server, make_customer, north, south, set_today, pinned_today):
    """Open PAs of several ages, one a customer."""
    product = Product.objects.create(name="Test app", family="Test", offering="team")
    made = []
    for number, days in enumerate((3, 10, 15, 20, 30, 31, 50, 61)):
        customer = make_customer(name=f"{NAMES[number % len(NAMES)]} {number}")
        today = set_today(pinned_today - dt.timedelta(days))
        made.append(
            create_authorization(
                customer,
                lines=[(product, 5)],
                po_number="",
                by=customer.managed_by,
                day=day_of(customer, today),
            )
        )
    set_today(pinned_today)
    make_customer(renewal_on=dt.date(2026, 5, 31))
    rollup.refresh(north, day=north.day(), customer_ids=[row.customer_id for row in made])
    return made


def previewed(page: Page) -> None:
    """Fill in the preset and open the preview."""
    page.get_by_role("checkbox").last.check()
    page.get_by_label("Action:").select_option("fourteen_days")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Preview").click()


def test_terms_are_previewed_saved_and_open_pas_re_dated(open_as, javascript, ops, aged):
    page = open_as(ops, "/admin/tenancy/program/", javascript=javascript)
    previewed(page)
    expect(page.get_by_text("6 of 8 open PAs would be past due today")).to_be_visible()
    assert ProgramTerms.objects.count() == 1
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("Order due days")).to_have_value("14")
    page.get_by_label("Return days").fill("9")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Save these terms").click()
    assert ProgramTerms.objects.latest("effective_on").return_days == 9
    page.get_by_role("link", name="Re-date them…").click()
    page.get_by_label("Reason").fill("New contract")
    page.get_by_label("Move these dates").check()
    page.get_by_role("button", name="Re-date 8 PAs").click()
    expect(page.get_by_text("8 purchase authorizations were re-dated.")).to_be_visible()
    assert PurchaseAuthorization.objects.past_due().count() == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone_and_please_axe(open_as, axe, ops, aged, scheme):
    phone = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    page = open_as(ops, "/admin/tenancy/program/", **phone)
    previewed(page)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Save these terms").click()
    page.get_by_role("link", name="Re-date them…").click()
    page.get_by_role("button", name="Re-date 8 PAs").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
