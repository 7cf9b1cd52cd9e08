"""Every customer of the demonstration on every page: list, file, details and admin agree.

What they must say is derived anew from the facts (`derivation`), for each reseller.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter, defaultdict
from itertools import count

import pytest
from django.test import Client
from django.utils.formats import date_format

from authorizations.views import details as details_view
from customers.models import Invitation
from customers.standing import FILTERS
from notifications.delivery import Delivery
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Around, SectionPage
from tests.conftest import TODAY
from tests.demo import derivation
from tests.demo.walking import browser_of, number_in, page_at
from tests.rules.reading import date_in, facts, rows, section, text_of

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo", "undone"), pytest.mark.xdist_group("demo")]

SEGMENTS = {"COM": "Commercial", "EDU": "Education", "GOV": "Government"}
DAYS_LATER = (0, 31)


def expected_row(one, today: dt.date) -> dict[str, object]:
    """Return what every list says of a customer."""
    customer = one.customer
    return {
        "name": customer.name,
        "email": customer.contact_email,
        "anniversary": derivation.anniversary(one, today),
        "segment": SEGMENTS[customer.segment],
        "manager": customer.managed_by.name,
        "invitation": derivation.invitation(customer, today).capitalize(),
    }


def rows_on(page) -> dict[str, dict[str, object]]:
    """Return the rows of a page of the list, by VIP ID."""
    found = {}
    for row in page.findall(".//section[@id='list']//tbody/tr"):
        cells = {cell.get("data-label"): cell for cell in row.findall("td")}
        vip_id = row.find(".//td[@class='go']/a").attrib["href"].split("/")[2]
        found[vip_id] = {
            "name": text_of(row.find(".//button[@class='name']")),
            "email": text_of(row.find(".//span[@class='email']")),
            "anniversary": date_in(cells["Anniversary date"]),
            "segment": text_of(cells["Segment"]),
            "manager": text_of(cells["Managed by"]),
            "invitation": text_of(cells["VIP Invitation status"].find("span/span")),
        }
    return found


def walk(client: Client, path: str) -> tuple[dict[str, dict[str, object]], dict[str, int]]:
    """Follow "Next" from a list's first page to its last; return all rows and the rail's counts."""
    found: dict[str, dict[str, object]] = {}
    while True:
        page = page_at(client, path)
        here = rows_on(page)
        assert not found.keys() & here.keys()
        found |= here
        ways = {
            text_of(link): link.attrib["href"] for link in page.findall(".//nav[@class='pager']/a")
        }
        if "Next" not in ways:
            break
        path = ways["Next"]
    entries = [text_of(link).rsplit(" ", 1) for link in page.findall(".//nav[@id='rail']//li/a")]
    return found, {label: int(number.replace(",", "")) for label, number in entries}


@pytest.mark.parametrize("days", DAYS_LATER)
def test_list_counts_and_file_say_what_the_facts_say(admin, told, days, set_today):
    today = set_today(TODAY + dt.timedelta(days=days))
    members = defaultdict(set)
    for vip_id, one in told.items():
        for slug in derivation.filters(one, today):
            members[slug].add(vip_id)
    numbers = {str(entry.label): len(members[entry.slug]) for entry in FILTERS}
    client = browser_of(admin)
    for entry in FILTERS:
        found, counts = walk(client, f"/customers/?show={entry.slug}")
        assert counts == numbers
        assert found.keys() == members[entry.slug], entry.slug
        for vip_id, row in found.items():
            assert row == expected_row(told[vip_id], today), vip_id

    file = b"".join(client.get("/customers/export.csv").streaming_content).decode()
    lines = {line["VIP ID"]: line for line in csv.DictReader(io.StringIO(file.lstrip("\ufeff")))}
    assert lines.keys() == told.keys()
    for vip_id, line in lines.items():
        expected = expected_row(told[vip_id], today)
        date = expected["anniversary"]
        assert line["Anniversary date"] == (date.isoformat() if date else "")
        assert line["Contact email"] == expected["email"]
        assert line["Segment"] == expected["segment"]
        assert line["Managed by"] == expected["manager"]
        assert line["VIP Invitation status"] == expected["invitation"]
        inside = {entry.slug for entry in FILTERS if line.get(str(entry.label)) == "yes"}
        assert inside | {""} == derivation.filters(told[vip_id], today), vip_id


def test_details_pages_say_what_the_facts_say(admin, told, monkeypatch, long_run):
    # The activity has tests of its own, and writing its emails takes a third of the time.
    nothing = SectionPage([], Around(0))
    monkeypatch.setattr(details_view, "timeline", lambda *_, **__: nothing)
    client = browser_of(admin)
    # The demonstration repeats itself: every fourth customer is of every kind there is.
    shown = list(told.items())[:: 1 if long_run else 4]
    for vip_id, one in shown:
        page = page_at(client, f"/customers/{vip_id}/")
        told_here = facts(page)
        assert date_in(told_here["Anniversary date"]) == derivation.anniversary(one, TODAY), vip_id
        state = derivation.invitation(one.customer, TODAY).capitalize()
        assert text_of(told_here["VIP Invitation status"]).startswith(state), vip_id
        assert text_of(told_here["Market segment"]) == SEGMENTS[one.customer.segment]

        states = {pa.number: derivation.state(pa, TODAY) for pa in one.authorizations}
        history = rows(section(page, "License Authorization History"))
        assert {number_in(row): row["Status"].lower() for row in history} == states, vip_id
        awaited = rows(section(page, "Pending and Overdue License Authorizations"))
        still_open = {n for n, s in states.items() if s in ("pending", "overdue", "suspended")}
        assert {number_in(row) for row in awaited} == still_open, vip_id

        products = rows(section(page, "Products"))
        usable: Counter[str] = Counter()
        to_renew: Counter[str] = Counter()
        for row in products:
            to_renew[row["Product"]] += int(row["To renew"].replace(",", ""))
            all_there_are, suspended = (
                int(row[name].replace(",", "")) for name in ("Licenses", "Suspended")
            )
            usable[row["Product"]] += all_there_are - suspended
        assert +usable == Counter(derivation.licenses(one, TODAY)), vip_id
        date = derivation.anniversary(one, TODAY)
        assert +to_renew == Counter(derivation.to_renew(one, date) if date else {}), vip_id


def admin_rows(client: Client, path: str):
    """Yield the rows of a changelist, page by page; cells by the name of their field."""
    for number in count(1):
        page = page_at(client, f"{path}{'&' if '?' in path else '?'}p={number}")
        table = page.find(".//table[@id='result_list']")
        for row in [] if table is None else table.findall("tbody/tr"):
            yield {
                cell.get("class", "").split()[0]: text_of(cell)
                for cell in row
                if cell.get("class", "").startswith("field-")
            }
        last = [text_of(found) for found in page.findall(".//nav[@class='paginator']//a")]
        if not any(text.isdigit() and int(text) > number for text in last):
            return


def test_the_admin_says_what_the_facts_say(admin, told, set_today):
    days = 31  # when most states differ from those of the day everything was written down
    today = set_today(TODAY + dt.timedelta(days=days))
    client = browser_of(User.objects.get(email="ops@console.example"))
    theirs = f"reseller__id__exact={admin.reseller_id}"
    listed = list(admin_rows(client, f"/admin/customers/customer/?{theirs}"))
    assert {row["field-vip_id"] for row in listed} == told.keys()
    for row in listed:
        one = told[row["field-vip_id"]]
        date = derivation.anniversary(one, today)
        assert row["field-anniversary_shown"] == (date_format(date, "j F Y") if date else "–")
        assert row["field-invitation"].lower() == derivation.invitation(one.customer, today)
    for entry in FILTERS[1:]:
        found = admin_rows(client, f"/admin/customers/customer/?show={entry.slug}&{theirs}")
        assert {row["field-vip_id"] for row in found} == {
            vip_id for vip_id, one in told.items() if entry.slug in derivation.filters(one, today)
        }
    states = {
        pa.number: derivation.state(pa, today) for one in told.values() for pa in one.authorizations
    }
    found = admin_rows(client, f"/admin/authorizations/purchaseauthorization/?{theirs}")
    assert {row["field-number"]: row["field-state"].lower() for row in found} == states


def test_every_invitation_is_shown_with_what_became_of_its_email(admin, told):
    links = Invitation.objects.in_force().filter(reseller=admin.reseller, email__isnull=False)
    emails_sent = Email.objects.with_delivery().filter(pk__in=links.values("email"))
    states = {
        vip_id: str(Delivery(state).label)
        for vip_id, state in emails_sent.values_list("about", "delivery")
    }
    client = browser_of(admin)
    path, shown = "/customers/", {}
    while path:
        page = page_at(client, path)
        for row in page.findall(".//section[@id='list']//tbody/tr"):
            vip_id = row.find(".//td[@class='go']/a").attrib["href"].split("/")[2]
            mail = row.findall("td[@data-label='VIP Invitation status']/span/span")[1:]
            if mail:
                shown[vip_id] = text_of(mail[0]).removeprefix("Mail:").strip()
        ways = {
            text_of(link): link.attrib["href"] for link in page.findall(".//nav[@class='pager']/a")
        }
        path = ways.get("Next")
    assert shown == states
