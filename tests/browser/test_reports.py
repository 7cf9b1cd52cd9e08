"""An order report in a browser: uploaded, looked at, recorded, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from authorizations.actions.create import create_authorization
from authorizations.models import Order, OrderReport, Product
from authorizations.reconciling.working import work_on
from tests.personas import day_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_report_is_uploaded_and_its_orders_are_recorded(
    open_as, axe_day_and_night, alice, customer, pinned_today, javascript
):
    photo = Product.objects.create(name="Photo", family="Creative Cloud", offering="team")
    pa = create_authorization(
        customer, lines=[(photo, 5)], po_number="", by=alice, day=day_of(customer, pinned_today)
    )
    page = open_as(alice, "/orders/", javascript=javascript)
    page.get_by_role("link", name="Reports").click()
    if javascript:
        assert axe_day_and_night(page) == []
    text = (
        f"Order number;Order date;PA number\nSO-1;2026-03-02;{pa.number}\nSO-2;soon;{pa.number}\n"
    )
    file = {"name": "march.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("Order report").set_input_files(file)
    page.get_by_label("Sender").fill("Nordic Distribution")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Being read")).to_be_visible()
    report = OrderReport.objects.get()
    work_on(report.pk)
    if not javascript:
        page.get_by_role("link", name="Look again").click()

    expect(page.get_by_text("1 line is matched.")).to_be_visible()
    page.get_by_role("link", name="Refused").click()
    expect(page.get_by_role("heading", name="Refused")).to_be_visible()
    assert "show=refused" in page.url
    if javascript:
        expect(page.get_by_role("heading", name="Refused")).to_be_focused()
        assert axe_day_and_night(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.get_by_role("button", name="Record 1 order").click()
    expect(page.get_by_text("Orders are being recorded")).to_be_visible()
    work_on(report.pk)
    if not javascript:
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("1 order recorded")).to_be_visible()
    assert Order.objects.get().number == "SO-1"
