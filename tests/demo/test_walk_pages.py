"""Every customer of the demonstration on every page: list, file, details, admin and mail agree.

What they must say is derived anew from the facts (`derivation`), for each reseller.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter, defaultdict
from itertools import count

import pytest
from django.db import transaction
from django.test import Client
from django.utils.formats import date_format

from authorizations.models import PurchaseAuthorization
from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from authorizations.timeline import TimelinePage
from authorizations.views import details as details_view
from customers.models import Invitation
from customers.standing import FILTERS, day_of
from notifications import letters
from notifications.delivery import Delivery
from notifications.models import Email
from reseller_console.accounts.models import User
from tests.conftest import TODAY
from tests.demo import derivation
from tests.rules.reading import date_in, facts, rows, section, text_of, tree_of

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo", "undone"), pytest.mark.xdist_group("demo")]

ADMINS = {"North": "ada@north.example", "South": "sam@south.example"}
SEGMENTS = {"COM": "Commercial", "EDU": "Education", "GOV": "Government"}
DAYS_LATER = (0, 31)


@pytest.fixture
def undone(demo):
    """Take back what a test changes; the demonstration itself stays for the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=ADMINS)
def admin(request, demo) -> User:
    """Return the primary admin of each reseller in turn, who sees all of it."""
    return User.objects.select_related("reseller").get(email=ADMINS[request.param])


@pytest.fixture(scope="module")
def told(admin):
    """Return the facts of every customer of the reseller, by VIP ID."""
    managers = {user.pk: user for user in User.objects.of(admin)}
    found = derivation.all_facts(admin.reseller_id)
    for one in found:
        one.customer.managed_by = managers[one.customer.managed_by_id]
    return {one.customer.vip_id: one for one in found}


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_at(client: Client, path: str):
    response = client.get(path)
    assert response.status_code == 200, path
    return tree_of(response.content.decode())


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
        assert line["Contact e-mail"] == expected["email"]
        assert line["Segment"] == expected["segment"]
        assert line["Managed by"] == expected["manager"]
        assert line["VIP Invitation status"] == expected["invitation"]
        inside = {entry.slug for entry in FILTERS if line.get(str(entry.label)) == "yes"}
        assert inside | {""} == derivation.filters(told[vip_id], today), vip_id


def number_in(row: dict[str, str]) -> str:
    """Return the PA number of a row; who requested it and the PO number may stand below."""
    return row["PA number"].split()[0]


def test_every_details_page_says_what_the_facts_say(admin, told, monkeypatch):
    # The activity has tests of its own, and writing its letters takes a third of the time.
    nothing = TimelinePage([], "", is_first=True)
    monkeypatch.setattr(details_view, "timeline", lambda *_, **__: nothing)
    client = browser_of(admin)
    for vip_id, one in told.items():
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
        for row in products:
            all_there_are, suspended = (
                int(row[name].replace(",", "")) for name in ("Licences", "Suspended")
            )
            usable[row["Product"]] += all_there_are - suspended
        assert +usable == Counter(derivation.licences(one, TODAY)), vip_id


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


# What a letter claims, and the day it is due: the date counted from, days, the PA's state then.
LETTERS = {
    "pa_due_soon": (30, -7, "pending"),
    "pa_due_today": (30, 0, "pending"),
    "pa_overdue": (30, 1, "overdue"),
    "pa_suspends_soon": (60, -7, "overdue"),
    "pa_suspended": (60, 1, "suspended"),
}


def owed_on(one, day: dt.date) -> dict[str, str]:
    """Return the letters a customer must get on a day: PA number and letter."""
    found = {}
    for pa in one.authorizations:
        state = derivation.state(pa, day)
        for letter, (after, days, claimed) in LETTERS.items():
            if day == pa.created_on + dt.timedelta(days=after + days):
                # Close to the anniversary date a PA lapses where others are suspended.
                assert state in (claimed, "ordered", "cancelled", "returned") or (
                    letter == "pa_suspended" and state == "lapsed"
                )
                if state in ("pending", "overdue", "suspended", "lapsed"):
                    found[pa.number] = letter
    return found


# Days after the anniversary date, and the letter of that day while something is to be renewed.
TERM_LETTERS = {
    -30: "renewal_opens",
    0: "renewal_due",
    23: "renewal_ends_soon",
    31: "licences_removed",
}


def renewals_owed_on(one, day: dt.date) -> dict[str, str]:
    """Return the letters a customer must get of its terms: anniversary date and letter."""
    found = {}
    # An order recorded after the last day of its licences gave none.
    for date in {x.counts_to for x in one.paid if x.order.recorded_on <= x.usable_until_on}:
        letter = TERM_LETTERS.get((day - date).days)
        if letter and derivation.to_renew(one, date):
            found[date.isoformat()] = letter
    return found


def test_letters_and_digests_of_a_week_say_what_the_facts_say(admin, told, set_today):
    client = browser_of(admin)
    reseller, seen, of_terms = admin.reseller, 0, 0
    for days in range(1, 8):
        today = set_today(TODAY + dt.timedelta(days=days))
        before = Email.objects.order_by("pk").last().pk
        assert run_night(reseller, today=today).drift == 0
        post_digests(reseller, day=day_of(reseller, today))
        fresh = list(Email.objects.filter(pk__gt=before))
        expected = {vip_id: owed for vip_id, one in told.items() if (owed := owed_on(one, today))}
        renewals = {
            vip_id: owed for vip_id, one in told.items() if (owed := renewals_owed_on(one, today))
        }
        sent, reminded = defaultdict(dict), defaultdict(dict)
        for letter in fresh:
            if letter.about and letter.letter in LETTERS:
                sent[letter.about][letter.context["pa_number"]] = letter.letter
            elif letter.about:
                reminded[letter.about][letter.context["anniversary_on"]] = letter.letter
        assert (sent, reminded) == (expected, renewals), today
        for letter in fresh:
            written = letters.written(letter)
            assert written.subject
            if letter.about:
                one = told[letter.about]
                assert letter.to_address == one.customer.contact_email
                if letter.letter not in LETTERS:
                    date = dt.date.fromisoformat(letter.context["anniversary_on"])
                    lines = {row["product"]: row["quantity"] for row in letter.context["lines"]}
                    assert lines == derivation.to_renew(one, date)
                    of_terms += 1
                    continue
                pa = next(p for p in one.authorizations if p.number == letter.context["pa_number"])
                assert letter.context["due_on"] == (pa.created_on + dt.timedelta(30)).isoformat()
                seen += 1
        # The digest names the same to whoever manages the customers, and the page agrees.
        digested = defaultdict(set)
        for letter in fresh:
            if letter.letter == "manager_digest":
                for part in letter.context["sections"]:
                    digested[letter.to_address] |= {
                        row["pa_number"] or row["vip_id"] for row in part["rows"]
                    }
        lapsing = PurchaseAuthorization.objects.unresolved().filter(
            reseller=reseller, lapses_on=today
        )
        wanted = defaultdict(set)
        for vip_id, owed in expected.items():
            wanted[told[vip_id].customer.managed_by.email] |= owed.keys()
        for vip_id in renewals:
            wanted[told[vip_id].customer.managed_by.email].add(vip_id)
        for pa in lapsing.select_related("customer__managed_by"):
            wanted[pa.customer.managed_by.email].add(pa.number)
        assert digested == wanted, today
        for vip_id, owed in list(expected.items())[:3]:
            history = rows(
                section(page_at(client, f"/customers/{vip_id}/"), "License Authorization History")
            )
            states = {number_in(row): row["Status"].lower() for row in history}
            for number, letter in owed.items():
                assert states[number] in (LETTERS[letter][2], "lapsed")
    assert seen > 3
    assert of_terms > 3


def test_every_invitation_is_shown_with_what_became_of_its_letter(admin, told):
    links = Invitation.objects.in_force().filter(reseller=admin.reseller, email__isnull=False)
    letters_sent = Email.objects.with_delivery().filter(pk__in=links.values("email"))
    states = {
        vip_id: str(Delivery(state).label)
        for vip_id, state in letters_sent.values_list("about", "delivery")
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
