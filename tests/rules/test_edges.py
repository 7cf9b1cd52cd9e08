"""The state tables at their edges, as the pages show them: the day before, the day, the day after.

Dates of a PA created on 1 January 2025 that sets the anniversary date: due on 31 January,
suspended after 2 March, counts to 1 January 2026, lapses on 1 February 2026.
"""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from authorizations.actions.cancel import cancel_authorization
from authorizations.models import PurchaseAuthorization
from customers.actions.invitation import withdraw_invitation
from customers.admins.links import path_for
from tests.personas import day_of
from tests.rules.reading import date_in, facts, rows, section, text_of

CREATE = "Create new Purchase Authorization"
OPEN = "Pending and Overdue License Authorizations"
HISTORY = "License Authorization History"
LABELS = {
    "": "All Customers",
    "no-products": "No Products",
    "pending": "Pending Requests",
    "past-due": "Past Due Requests",
    "upcoming": "Upcoming Renewals",
    "ready": "Ready for Renewal",
}


def links_in(part) -> list[str]:
    return [] if part is None else [link.attrib["href"] for link in part.iter("a")]


# --- The states of a purchase authorization on the details page


@pytest.mark.parametrize(
    ("day", "state", "order_due", "licenses", "suspended"),
    [
        ("2025-01-01", "Pending", "30 days left", "5", "0"),
        ("2025-01-30", "Pending", "1 day left", "5", "0"),
        ("2025-01-31", "Pending", "due today", "5", "0"),
        ("2025-02-01", "Overdue", "1 day late", "5", "0"),
        ("2025-03-01", "Overdue", "29 days late", "5", "0"),
        ("2025-03-02", "Overdue", "30 days late", "5", "0"),
        ("2025-03-03", "Suspended", "31 days late", "5", "5"),
        ("2026-01-31", "Suspended", "365 days late", "5", "5"),
        ("2026-02-01", "Lapsed", None, None, None),
        ("2026-02-02", "Lapsed", None, None, None),
    ],
)
def test_the_details_page_shows_each_state_from_its_first_to_its_last_day(
    invite, buy, see, alice, day, state, order_due, licenses, suspended
):
    customer = invite("2025-01-01")
    authorization = buy(customer, "2025-01-01")
    page = see(customer.get_absolute_url(), by=alice, on=day)
    (past,) = rows(section(page, HISTORY))
    assert past["Status"] == state
    awaited = rows(section(page, OPEN))
    assert [row["Status"] for row in awaited] == ([state] if order_due else [])
    assert not order_due or awaited[0]["Order due"] == f"31 Jan 2025{order_due}"
    products = rows(section(page, "Products"))
    found = [(row["Licenses"], row["Suspended"]) for row in products]
    assert found == ([(licenses, suspended)] if licenses else [])
    path = f"{customer.get_absolute_url()}authorizations/{authorization.number}/"
    assert (f"{path}cancellation/" in links_in(section(page, HISTORY))) is (state == "Pending")
    # An order can be recorded at any time, even when its licenses are gone.
    assert f"{path}order/" in links_in(page)
    warned = "is past due since 1 February 2025" in text_of(page)
    assert warned is (state in ("Overdue", "Suspended"))


@pytest.mark.parametrize(
    ("created", "day", "state"),
    [
        # Counts to 30 June 2025. From the 30th day before it on, a PA is never suspended.
        ("2025-05-31", "2025-07-30", "Overdue"),
        ("2025-05-31", "2025-07-31", "Lapsed"),
        ("2025-05-30", "2025-07-29", "Overdue"),
        ("2025-05-30", "2025-07-30", "Suspended"),
        ("2025-05-30", "2025-07-31", "Lapsed"),
        ("2025-06-29", "2025-08-28", "Overdue"),
        ("2025-06-29", "2025-08-29", "Lapsed"),
        # Dated on the anniversary date it belongs to the next term.
        ("2025-06-30", "2025-08-29", "Overdue"),
        ("2025-06-30", "2025-08-30", "Suspended"),
    ],
)
def test_close_to_the_anniversary_date_the_last_day_is_the_end_of_the_term(
    invite, buy, order, see, alice, created, day, state
):
    customer = invite("2024-06-30")
    order(buy(customer, "2024-06-30"), on="2024-06-30")
    late = buy(customer, created)
    page = see(customer.get_absolute_url(), by=alice, on=day)
    states = {row["PA number"]: row["Status"] for row in rows(section(page, HISTORY))}
    assert states[late.number] == state


@pytest.mark.parametrize("day", ["2025-01-05", "2025-02-01", "2025-03-03", "2026-02-01"])
def test_what_was_ordered_cancelled_or_returned_stays_so_on_every_day(
    invite, buy, order, see, alice, set_today, day
):
    customer = invite("2025-01-01")
    ordered, cancelled, returned = (buy(customer, "2025-01-01") for _ in range(3))
    order(ordered, on="2025-01-02")
    order(returned, on="2025-01-02")
    PurchaseAuthorization.objects.filter(pk=returned.pk).update(returned_at=timezone.now())
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, set_today("2025-01-03")))
    page = see(customer.get_absolute_url(), by=alice, on=day)
    states = {row["PA number"]: row["Status"] for row in rows(section(page, HISTORY))}
    assert states == {
        ordered.number: "Ordered",
        cancelled.number: "Cancelled",
        returned.number: "Returned",
    }
    assert section(page, OPEN) is None
    assert not [path for path in links_in(page) if path.endswith("/cancellation/")]


# --- The block


@pytest.mark.parametrize(
    ("day", "blocked"),
    [
        ("2025-01-31", False),
        ("2025-02-01", True),
        ("2025-03-03", True),
        ("2026-01-31", True),
        ("2026-02-01", False),
    ],
)
def test_no_purchase_authorization_is_offered_while_one_is_past_due(
    invite, buy, see, alice, day, blocked
):
    customer = invite("2025-01-01")
    late = buy(customer, "2025-01-01")
    page = see(f"{customer.get_absolute_url()}authorizations/new/", by=alice, on=day)
    assert (f"{late.number} is past due since 1 February 2025" in text_of(page)) is blocked
    assert any(field.attrib.get("name") == "po_number" for field in page.iter("input")) is (
        not blocked
    )


def test_the_block_ends_with_the_last_past_due_authorization(invite, buy, order, see, alice):
    customer = invite("2025-01-01")
    first, second = buy(customer, "2025-01-01"), buy(customer, "2025-01-05")
    new = f"{customer.get_absolute_url()}authorizations/new/"
    # The one that is late for longest is named, then the other, then none.
    for late, since in ((first, "1 February 2025"), (second, "5 February 2025")):
        page = see(new, by=alice, on="2025-02-10")
        assert f"{late.number} is past due since {since}" in text_of(page)
        order(late, on="2025-02-10")
    page = see(new, by=alice, on="2025-02-10")
    assert "is past due since" not in text_of(page)
    assert buy(customer, "2025-02-10").counts_to == dt.date(2026, 1, 1)


# --- The left rail


@pytest.fixture
def live(invite, buy, order, alice, set_today):
    """Return a function that lets customers of one New Year's Day live until a date."""

    def until(day: str) -> set[str]:
        names = ("nothing", "unordered", "ordered", "both", "cancelled", "withdrawn")
        made = {name: invite("2025-01-01", name=name) for name in names}
        buy(made["unordered"], "2025-01-01")
        order(buy(made["ordered"], "2025-01-01"), on="2025-01-01")
        order(buy(made["both"], "2025-01-01"), on="2025-01-01")
        authorization = buy(made["cancelled"], "2025-01-01")
        today = set_today("2025-01-01")
        cancel_authorization(authorization, by=alice, day=day_of(authorization, today))
        withdraw_invitation(made["withdrawn"], by=alice, day=day_of(made["withdrawn"], today))
        if day >= "2025-11-15":
            buy(made["both"], "2025-11-15")
        return set(names)

    return until


# Who is where on a day. Nobody runs a night: facts and today are enough.
# Anniversary date of "ordered" and "both": 1 January 2026, 89 days after 4 October 2025,
# 30 days after 2 December. The second PA of "both" is due on 15 December, lapses when its
# term has ended, on 1 February 2026: suspended after 14 January.
RAIL = [
    ("2025-01-31", {"pending": "unordered"}),
    ("2025-02-01", {"past-due": "unordered"}),
    ("2025-10-03", {"past-due": "unordered"}),
    ("2025-10-04", {"past-due": "unordered", "upcoming": "both ordered"}),
    ("2025-11-15", {"past-due": "unordered", "pending": "both", "upcoming": "both ordered"}),
    ("2025-12-01", {"past-due": "unordered", "pending": "both", "upcoming": "both ordered"}),
    ("2025-12-02", {"past-due": "unordered", "pending": "both", "ready": "both ordered"}),
    ("2025-12-15", {"past-due": "unordered", "pending": "both", "ready": "both ordered"}),
    ("2025-12-16", {"past-due": "both unordered", "ready": "both ordered"}),
    ("2026-01-01", {"past-due": "both unordered", "ready": "both ordered"}),
    ("2026-01-31", {"past-due": "both unordered", "ready": "both ordered"}),
    ("2026-02-01", {}),
]


@pytest.mark.parametrize(("day", "expected"), RAIL, ids=[day for day, _ in RAIL])
def test_rows_and_counts_of_each_filter_change_on_their_days(live, see, alice, day, expected):
    everybody = live(day)
    nothing = {"nothing", "cancelled"}
    if day >= "2026-02-01":
        nothing |= {"unordered", "ordered", "both"}
    members = {slug: set(names.split()) for slug, names in expected.items()}
    members |= {"": everybody, "no-products": nothing}
    counts = {label: str(len(members.get(slug, ()))) for slug, label in LABELS.items()}
    for slug, label in LABELS.items():
        page = see(f"/customers/?show={slug}", by=alice, on=day)
        names = {text_of(found) for found in page.iter("button") if found.get("class") == "name"}
        assert names == members.get(slug, set()), label
        entries = page.findall(".//nav[@id='rail']//li/a")
        assert dict(text_of(entry).rsplit(" ", 1) for entry in entries) == counts


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
