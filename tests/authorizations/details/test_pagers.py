"""The two sections of the details page that have pages: the history and the activity."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from authorizations.details.page import HISTORY_ROWS
from authorizations.details.timeline import ROWS
from authorizations.models import PurchaseAuthorization
from customers.models import CustomerEvent, CustomerKind
from notifications.models import Email
from reseller_console.lib.lists.keyset import Cursor
from tests.authorizations.pages import many, page, section

pytestmark = pytest.mark.django_db

HEADINGS = {"history": "License Authorization History", "activity": "Activity"}
LENGTHS = {"history": HISTORY_ROWS, "activity": ROWS}
CREATED_ON = dt.date(2026, 2, 1)


@pytest.fixture
def customer(make_customer):
    """A customer of whom nothing has been told yet."""
    return make_customer(offerings=["team"], invited_on=dt.date(2025, 1, 1))


@pytest.fixture
def fill(customer, alice, photoshop):
    """Return a function that gives a section so many entries."""

    def filled(name: str, count: int) -> None:
        if name == "history":
            many(customer, photoshop, count, created_on=CREATED_ON)
            return
        for n in range(count):
            CustomerEvent.objects.create(
                reseller=customer.reseller,
                customer=customer,
                by=alice,
                kind=CustomerKind.RESENT,
                details={"email": f"e{n}@x.example"},
            )

    return filled


def entries(response, name: str) -> list[str]:
    """Return what stands in a section, each entry by what it is known by."""
    return re.findall(r"PA-\d{8}(?= Pending)|e\d+@x\.example", section(response, HEADINGS[name]))


def way(response, name: str, words: str) -> str:
    """Return where a link below a section leads in place; blank when it is not there."""
    pager = page(response).partition(f'id="{name}"')[2].partition("</section>")[0]
    pager = pager.partition('class="pager"')[2]
    found = re.findall(r'href="([^"#]*)#\w+"\s+hx-get="([^"]*)"[^>]*>([^<]+)</a>', pager)
    assert all(href == fetched for href, fetched, _ in found)
    return next((href for href, _, said in found if said == words), "")


@pytest.mark.parametrize("name", HEADINGS)
@pytest.mark.parametrize(("more", "pages"), [(None, 1), (-1, 1), (0, 1), (1, 2)])
def test_a_section_has_as_many_pages_as_it_takes(login, alice, path_to, fill, name, more, pages):
    count = 0 if more is None else LENGTHS[name] + more
    fill(name, count)
    client = login(alice)
    response = client.get(path_to())
    met, turned = entries(response, name), 1
    assert not way(response, name, "Newest")
    while older := way(response, name, "Older"):
        response = client.get(older)
        met, turned = met + entries(response, name), turned + 1
        assert way(response, name, "Newest") == path_to()
    assert (len(met), len(set(met)), turned) == (count, count, pages)


AT = dt.datetime(2026, 2, 1, 12, tzinfo=dt.UTC)
RUBBISH = {
    "history": {
        "of another list": Cursor((CREATED_ON, 1), 0).encode("due"),
        "of the activity": Cursor((AT, 1, 1), 0).encode("activity"),
        "no date": Cursor(("2026-02-30", 1), 0).encode("newest"),
        "no id": Cursor((CREATED_ON, -1), 0).encode("newest"),
    },
    "activity": {
        "of another list": Cursor((AT, 1), 0).encode("line"),
        "of the history": Cursor((CREATED_ON, 1), 0).encode("newest"),
        "as it once was": "MjAyNi0wMi0wMVQxMjowMDowMCswMDowMHwxfDE=",
        "neither of the two": Cursor((AT, 2, 1), 0).encode("activity"),
        "true is no number": Cursor((AT, True, 1), 0).encode("activity"),
        "an instant nowhere": Cursor((AT.replace(tzinfo=None), 1, 1), 0).encode("activity"),
        "an id too large": Cursor((AT, 1, 2**63), 0).encode("activity"),
    },
}


@pytest.mark.parametrize(("name", "what"), [(n, w) for n in RUBBISH for w in RUBBISH[n]])
def test_a_cursor_that_is_none_of_this_section_means_its_first_page(
    login, alice, path_to, fill, name, what
):
    fill(name, LENGTHS[name] + 1)
    client = login(alice)
    first, shown = client.get(path_to()), client.get(f"{path_to()}?{name}={RUBBISH[name][what]}")
    assert entries(shown, name) == entries(first, name)
    assert not way(shown, name, "Newest")


@pytest.mark.parametrize("name", HEADINGS)
def test_a_cursor_beyond_the_end_says_so_and_leads_back(login, alice, path_to, fill, name):
    fill(name, 3)
    early = {
        "history": Cursor((dt.date(2020, 1, 1), 1), 0).encode("newest"),
        "activity": Cursor((AT.replace(year=2020), 0, 1), 0).encode("activity"),
    }
    response = login(alice).get(f"{path_to()}?{name}={early[name]}")
    assert "There is nothing older." in section(response, HEADINGS[name])
    assert way(response, name, "Newest") == path_to()


def test_the_email_a_page_ends_with_may_be_gone(login, alice, customer, path_to):
    """Purchase authorizations and events are kept for good; emails are not."""
    at = timezone.now()
    made = [
        Email.objects.create(
            reseller=customer.reseller,
            key=f"test:{n}",
            template="test",
            about=customer.vip_id,
            subject=f"About e{n}@x.example",
            to_address="vera@x.example",
            queued_at=at - dt.timedelta(minutes=n),
            not_before_at=at,
        )
        for n in range(ROWS + 5)
    ]
    client = login(alice)
    older = way(client.get(path_to()), "activity", "Older")
    made[ROWS - 1].delete()
    made[ROWS].delete()
    left = [f"e{n}@x.example" for n in range(ROWS + 1, ROWS + 5)]
    assert entries(client.get(older), "activity") == left


def test_authorizations_of_one_day_come_newest_first(login, alice, path_to, fill):
    fill("history", HISTORY_ROWS + 3)
    newest = list(PurchaseAuthorization.objects.order_by("-pk").values_list("number", flat=True))
    client = login(alice)
    first = client.get(path_to())
    second = client.get(way(first, "history", "Older"))
    assert entries(first, "history") + entries(second, "history") == newest


def test_at_one_instant_a_deed_comes_before_the_emails_that_tell_of_it(
    login, alice, customer, path_to, fill
):
    fill("activity", ROWS)
    event = CustomerEvent.objects.order_by("at").first()
    for n in ("e98@x.example", "e99@x.example"):
        Email.objects.create(
            reseller=customer.reseller,
            key=n,
            template="test",
            about=customer.vip_id,
            subject=n,
            to_address="vera@x.example",
            queued_at=event.at,
            not_before_at=event.at,
        )
    client = login(alice)
    first = client.get(path_to())
    assert entries(first, "activity")[-1] == "e0@x.example"
    older = client.get(way(first, "activity", "Older"))
    assert entries(older, "activity") == ["e99@x.example", "e98@x.example"]
