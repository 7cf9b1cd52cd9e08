"""Why a customer is in a filter and has its anniversary date, on the days around the edges."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from customers.anniversary_reasons import reason_of_anniversary
from customers.models import Customer
from customers.standing import FILTERS

pytestmark = pytest.mark.django_db

# A PA of this day is due on 1 March and Overdue from 2 March.
BOUGHT = "2026-01-30"
LATE = dt.date(2026, 3, 2)

DAYS = [dt.date(2026, 6, 1) + dt.timedelta(days=n) for n in (-90, -60, -31, -30, -1, 0, 1, 30, 31)]
TABLE = [
    {"no_products_from_on": dt.date(2026, 6, 1)},
    {"no_products_from_on": None, "products_from_on": dt.date(2026, 6, 1)},
    {"pending_until_on": dt.date(2026, 6, 1)},
    {"past_due_from_on": dt.date(2026, 5, 2), "past_due_until_on": dt.date(2026, 5, 31)},
    {
        "past_due_from_on": dt.date(2026, 3, 2),
        "past_due_until_on": dt.date(2026, 4, 2),
        "past_due_again_from_on": dt.date(2026, 6, 1),
        "past_due_again_until_on": dt.date(2026, 6, 30),
    },
    {"renewal_on": dt.date(2026, 6, 1), "renewal_licenses": 5},
    {
        "renewal_on": dt.date(2026, 3, 1),
        "renewal_licenses": 1,
        "next_renewal_on": dt.date(2026, 6, 1),
        "next_renewal_licenses": 2,
    },
]


def test_a_reason_is_given_where_the_filter_lists_and_nowhere_else(make_customer, north):
    made = [make_customer(**facts) for facts in TABLE]
    for today in DAYS:
        day = north.day(today)
        for entry in FILTERS:
            listed = set(Customer.objects.filter(entry.when(day)).values_list("pk", flat=True))
            told = {row.pk for row in made if entry.reason(row, day) is not None}
            assert told == listed, (today, entry.slug)


@pytest.mark.parametrize(
    ("facts", "today", "slug", "said"),
    [
        (TABLE[0], DAYS[5], "no-products", "Since 1 June 2026 no purchase authorization"),
        (TABLE[1], DAYS[4], "no-products", "It leaves the list on 1 June 2026."),
        (TABLE[2], DAYS[5], "pending", "it leaves the list on 2 June 2026"),
        (TABLE[3], DAYS[3], "past-due", "without a break since 2 May 2026"),
        (TABLE[3], DAYS[3], "past-due", "it leaves the list on 1 June 2026"),
        (
            TABLE[4],
            DAYS[6],
            "past-due",
            "since 1 June 2026. Without an order it leaves the list on 1 July",
        ),
        (
            TABLE[5],
            DAYS[2],
            "upcoming",
            "from 4 March 2026 to 1 May 2026. On 2 May 2026 the renewal",
        ),
        (TABLE[5], DAYS[3], "ready", "5 licenses of the term that ends on 1 June 2026 are not"),
        (TABLE[5], DAYS[7], "ready", "What is left on 1 July 2026 is removed on 2 July 2026"),
        (TABLE[6], DAYS[3], "ready", "2 licenses of the term that ends on 1 June 2026"),
    ],
)
def test_a_filter_says_since_when_until_when_and_who(
    make_customer, north, facts, today, slug, said
):
    customer = make_customer(**facts)
    entry = next(entry for entry in FILTERS if entry.slug == slug)
    reason = entry.reason(customer, north.day(today))
    assert said in str(reason)
    assert "ccount manager" in reason.change


def test_the_details_page_and_the_file_say_why_in_these_lists(
    customer, alice, login, buy, set_today
):
    pa = buy(customer, BOUGHT)
    set_today(LATE)
    client = login(alice)
    page = client.get(customer.get_absolute_url()).content.decode()
    sentence = "is late ({}), without a break since 2 March 2026."
    assert sentence.format(pa.number) in page
    assert "so “Managed by me” shows it to Alice Adams" in page
    text = b"".join(client.get("/customers/export.csv").streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    assert "Past Due Requests: The order of a purchase authorization is late, without" in row["Why"]
    assert row["Why"].startswith("Invited: Invited first on 2 March 2026;")


# --- The anniversary date


def test_an_anniversary_date_says_what_set_it_and_when_it_moves(
    customer, make_customer, buy, order, north, alice, set_today
):
    def said(one: Customer, today: str) -> str:
        day = north.day(dt.date.fromisoformat(today))
        shown = Customer.objects.shown_on(day).select_related("reseller").get(pk=one.pk)
        return str(reason_of_anniversary(shown, day=day))

    assert "There is none" in said(customer, "2026-01-29")
    order(buy(customer, BOUGHT), on=BOUGHT)
    assert "The first purchase, dated 30 January 2026, set it" in said(customer, "2027-03-01")
    assert "It moves to 30 January 2028 on 2 March 2027" in said(customer, "2027-03-01")
    assert "since 2 March 2027 at the latest" in said(customer, "2027-03-02")
    date = dt.date(2027, 6, 30)
    custom = make_customer(custom_anniversary_on=date, anniversary_on=date)
    assert "custom date, chosen at the invitation on 2 March 2026" in said(custom, "2026-03-02")
    assert "Nobody can change it." in said(custom, "2026-03-02")
    leap = make_customer()
    buy(leap, "2028-02-29")
    assert "dated 29 February 2028" in said(leap, "2028-03-01")
    renewed = Customer.objects.filter(pk=customer.pk)
    renewed.update(renewed_anniversary_on=dt.date(2027, 1, 30), renewed_from_on=dt.date(2027, 2, 5))
    assert "so it moves to 30 January 2028 on 5 February 2027" in said(customer, "2027-02-04")
    assert "moved on from 30 January 2027 on 5 February 2027" in said(customer, "2027-02-05")
