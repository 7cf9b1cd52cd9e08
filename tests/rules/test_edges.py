"""The state tables at their edges, as the pages show them: the day before, the day, the day after.

Dates of a PA created on 1 January 2025 that sets the anniversary date: due on 31 January,
suspended after 2 March, counts to 1 January 2026, lapses on 1 February 2026.
"""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.models import OrderLine
from customers.actions.invitation import withdraw_invitation
from tests.authorizations.returning import give_back
from tests.personas import day_of
from tests.rules.pages import OPEN, links_in
from tests.rules.reading import rows, section, text_of

HISTORY = "License Authorization History"
LABELS = {
    "": "All Customers",
    "no-products": "No Products",
    "pending": "Pending Requests",
    "past-due": "Past Due Requests",
    "upcoming": "Upcoming Renewals",
    "ready": "Ready for Renewal",
}


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
    warned = "has been past due since 1 February 2025" in text_of(page)
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
    give_back(OrderLine.objects.get(authorization=returned))
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
    assert (f"{late.number} has been past due since 1 February 2025" in text_of(page)) is blocked
    assert any(field.attrib.get("name") == "po_number" for field in page.iter("input")) is (
        not blocked
    )


def test_the_block_ends_with_the_last_past_due_authorization(invite, buy, order, see, alice):
    customer = invite("2025-01-01")
    first, second = buy(customer, "2025-01-01"), buy(customer, "2025-01-05")
    new = f"{customer.get_absolute_url()}authorizations/new/"
    # Both are named, then the one that is left, then none.
    for late, said in (
        (
            first,
            f"and {second.number} (order due on 4 February 2025, licenses work until 6 March 2025)",
        ),
        (second, f"{second.number} has been past due since 5 February 2025"),
    ):
        page = see(new, by=alice, on="2025-02-10")
        assert late.number in text_of(page)
        assert said in text_of(page)
        order(late, on="2025-02-10")
    page = see(new, by=alice, on="2025-02-10")
    assert "has been past due since" not in text_of(page)
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
