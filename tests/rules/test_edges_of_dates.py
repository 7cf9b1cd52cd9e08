"""Anniversary dates, durations and invitations at their edges, as the pages show them."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from customers.admins.links import path_for
from tests.rules.pages import OPEN, links_in
from tests.rules.reading import date_in, facts, rows, section, text_of

# --- The anniversary date on the list, in the file and on the details page


def dates_shown(customer, *, see, login, by, on):
    """Return the anniversary date of a customer in the three places, which must agree."""
    details = facts(see(customer.get_absolute_url(), by=by, on=on))["Anniversary date"]
    page = see("/customers/", by=by, on=on)
    (row,) = [
        found
        for found in page.findall(".//section[@id='list']//tbody/tr")
        if text_of(found.find(".//button[@class='name']")) == customer.name
    ]
    cell = row.find("td[@data-label='Anniversary date']")
    file = b"".join(login(by).get("/customers/export.csv").streaming_content).decode()
    lines = {line["VIP ID"]: line for line in csv.DictReader(io.StringIO(file.lstrip("\ufeff")))}
    in_file = lines[customer.vip_id]["Anniversary date"]
    shown = date_in(details)
    assert date_in(cell) == shown
    assert in_file == (shown.isoformat() if shown else "")
    return in_file


@pytest.mark.parametrize(
    ("bought", "day", "expected"),
    [
        (None, "2025-01-01", ""),
        ("2024-01-15", "2025-01-14", "2025-01-15"),
        ("2024-01-15", "2025-01-15", "2025-01-15"),
        ("2024-01-15", "2025-02-14", "2025-01-15"),
        ("2024-01-15", "2025-02-15", "2026-01-15"),
        # Day 29 is clamped in other years and comes back.
        ("2024-02-29", "2024-03-01", "2025-02-28"),
        ("2024-02-29", "2025-03-30", "2025-02-28"),
        ("2024-02-29", "2025-03-31", "2026-02-28"),
        ("2024-02-29", "2027-03-30", "2027-02-28"),
        ("2024-02-29", "2027-03-31", "2028-02-29"),
        ("2024-02-29", "2028-03-30", "2028-02-29"),
        ("2024-02-29", "2028-03-31", "2029-02-28"),
    ],
)
def test_every_page_shows_the_anniversary_date_that_holds(
    invite, buy, order, see, login, alice, bought, day, expected
):
    customer = invite(bought or "2025-01-01")
    if bought:
        order(buy(customer, bought), on=bought)
    assert dates_shown(customer, see=see, login=login, by=alice, on=day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-01-01", "2027-03-31"),
        ("2027-03-31", "2027-03-31"),
        ("2027-04-30", "2027-03-31"),
        ("2027-05-01", "2028-03-31"),
        ("2028-04-30", "2028-03-31"),
        ("2028-05-01", "2029-03-31"),
    ],
)
def test_a_custom_date_without_purchases_moves_when_its_window_has_closed(
    invite, see, login, alice, day, expected
):
    custom = dt.date(2027, 3, 31)
    customer = invite("2025-01-01", custom_anniversary_on=custom, anniversary_on=custom)
    assert dates_shown(customer, see=see, login=login, by=alice, on=day) == expected


# --- The duration to order


@pytest.mark.parametrize(
    ("first", "created", "months", "days"),
    [
        # Anniversary date 15 January 2025.
        ("2024-01-15", "2024-03-14", "10 months", 307),
        ("2024-01-15", "2024-03-15", "10 months", 306),
        ("2024-01-15", "2024-03-16", "9 months", 305),
        ("2024-01-15", "2024-03-20", "9 months", 301),
        ("2024-01-15", "2024-12-20", "1 month", 26),
        ("2024-01-15", "2025-01-14", "1 month", 1),
        ("2024-01-15", "2025-01-15", "12 months", 365),
        ("2024-01-15", "2025-02-10", "11 months", 339),
        # Anniversary date 31 January 2026; the 28th stands for the 31st in February.
        ("2025-01-31", "2025-02-28", "11 months", 337),
        ("2025-01-31", "2025-03-01", "10 months", 336),
        # The day was 29 once: 1 March counts from the 29th.
        ("2024-02-29", "2025-03-01", "11 months", 364),
        # A date chosen at invitation, 31 March 2027.
        ("custom", "2025-10-10", "17 months", 537),
        ("custom", "2025-10-31", "17 months", 516),
        ("custom", "2025-11-01", "16 months", 515),
        # The purchase that sets the date.
        (None, "2024-02-29", "12 months", 365),
        (None, "2025-01-31", "12 months", 365),
    ],
)
def test_the_duration_stands_beside_the_days_in_months_to_order(
    invite, buy, order, see, alice, first, created, months, days
):
    custom = dt.date(2027, 3, 31) if first == "custom" else None
    dated = {"custom_anniversary_on": custom, "anniversary_on": custom} if custom else {}
    customer = invite("2024-01-01", **dated)
    if first and not custom:
        order(buy(customer, first), on=first)
    authorization = buy(customer, created)
    assert (authorization.counts_to - authorization.created_on).days == days
    path = f"{customer.get_absolute_url()}?created={authorization.number}"
    page = see(path, by=alice, on=created)
    (row,) = rows(section(page, OPEN))
    assert row["Duration to order"] == f"{months}{days} day{'' if days == 1 else 's'}"
    assert f"Order them for {months} by" in text_of(page)
    assert "/help/#duration" in links_in(section(page, OPEN))


# --- The invitation


@pytest.mark.parametrize(
    ("day", "status", "opens"),
    [
        ("2026-03-31", "Invited", True),
        ("2026-04-01", "Invited", True),
        ("2026-04-02", "Expired", False),
    ],
)
def test_an_invitation_ends_after_its_thirtieth_day(
    invite, see, alice, client, set_today, vip_terms, day, status, opens
):
    customer = invite("2026-03-02")
    page = see(customer.get_absolute_url(), by=alice, on=day)
    assert text_of(facts(page)["VIP Invitation status"]).startswith(status)
    row = see("/customers/", by=alice, on=day).find(".//td[@data-label='VIP Invitation status']")
    assert text_of(row).startswith(status)
    landing = client.get(path_for(customer.vip_id, 1), follow=True)
    assert ("Accept the invitation" in landing.content.decode()) is opens
