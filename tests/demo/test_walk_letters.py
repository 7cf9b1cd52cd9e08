"""Every letter and digest of a week of the demonstration says what the facts say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import pytest

from authorizations.models import PurchaseAuthorization
from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from customers.standing import day_of
from notifications import letters
from notifications.models import Email
from tests.conftest import TODAY
from tests.demo import derivation
from tests.demo.walking import browser_of, number_in, page_at
from tests.rules.reading import rows, section

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo", "undone"), pytest.mark.xdist_group("demo")]

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


def posted_on(reseller, today: dt.date) -> list[Email]:
    """Let a night and its morning pass; return the letters they wrote."""
    before = Email.objects.order_by("pk").last().pk
    assert run_night(reseller, today=today).drift == 0
    post_digests(reseller, day=day_of(reseller, today))
    return list(Email.objects.filter(pk__gt=before))


def told_by(letters_of_day: Iterable[Email]) -> tuple[dict, dict]:
    """Return what letters to customers say: of PAs by number, of terms by date; by VIP ID."""
    sent, reminded = defaultdict(dict), defaultdict(dict)
    for letter in letters_of_day:
        if letter.about and letter.letter in LETTERS:
            sent[letter.about][letter.context["pa_number"]] = letter.letter
        elif letter.about:
            reminded[letter.about][letter.context["anniversary_on"]] = letter.letter
    return sent, reminded


def check_words(letter: Email, one) -> None:
    """Check whom a letter to a customer goes to, and the facts it states."""
    assert letter.to_address == one.customer.contact_email
    if letter.letter in LETTERS:
        pa = next(p for p in one.authorizations if p.number == letter.context["pa_number"])
        assert letter.context["due_on"] == (pa.created_on + dt.timedelta(30)).isoformat()
        return
    date = dt.date.fromisoformat(letter.context["anniversary_on"])
    lines = {row["product"]: row["quantity"] for row in letter.context["lines"]}
    assert lines == derivation.to_renew(one, date)


def digested(letters_of_day: Iterable[Email]) -> dict[str, set[str]]:
    """Return what the digests name: PA numbers and VIP IDs, by the manager's address."""
    found = defaultdict(set)
    for letter in letters_of_day:
        if letter.letter == "manager_digest":
            for part in letter.context["sections"]:
                found[letter.to_address] |= {
                    row["pa_number"] or row["vip_id"] for row in part["rows"]
                }
    return found


def to_digest(reseller, told, expected, renewals, today: dt.date) -> dict[str, set[str]]:
    """Return what the digests have to name: what customers were told, and what lapses today."""
    wanted = defaultdict(set)
    for vip_id, owed in expected.items():
        wanted[told[vip_id].customer.managed_by.email] |= owed.keys()
    for vip_id in renewals:
        wanted[told[vip_id].customer.managed_by.email].add(vip_id)
    lapsing = PurchaseAuthorization.objects.unresolved().filter(reseller=reseller, lapses_on=today)
    for pa in lapsing.select_related("customer__managed_by"):
        wanted[pa.customer.managed_by.email].add(pa.number)
    return wanted


def check_page(client, vip_id: str, owed: dict[str, str]) -> None:
    """Check that the details page shows the states the letters claim."""
    page = page_at(client, f"/customers/{vip_id}/")
    history = rows(section(page, "License Authorization History"))
    states = {number_in(row): row["Status"].lower() for row in history}
    for number, letter in owed.items():
        assert states[number] in (LETTERS[letter][2], "lapsed")


def test_letters_and_digests_of_a_week_say_what_the_facts_say(admin, told, set_today):
    client, reseller = browser_of(admin), admin.reseller
    seen = of_terms = 0
    for days in range(1, 8):
        today = set_today(TODAY + dt.timedelta(days=days))
        expected = {vip_id: owed for vip_id, one in told.items() if (owed := owed_on(one, today))}
        renewals = {
            vip_id: owed for vip_id, one in told.items() if (owed := renewals_owed_on(one, today))
        }
        fresh = posted_on(reseller, today)
        assert told_by(fresh) == (expected, renewals), today
        for letter in fresh:
            assert letters.written(letter).subject
            if letter.about:
                check_words(letter, told[letter.about])
        assert digested(fresh) == to_digest(reseller, told, expected, renewals, today), today
        for vip_id, owed in list(expected.items())[:3]:
            check_page(client, vip_id, owed)
        seen, of_terms = seen + len(expected), of_terms + len(renewals)
    assert seen > 3
    assert of_terms > 3
