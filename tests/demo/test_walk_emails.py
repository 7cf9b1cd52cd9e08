"""Every email and digest of a week of the demonstration says what the facts say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import pytest

from authorizations.models import PurchaseAuthorization
from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from notifications import rendering
from notifications.models import Email
from tests.conftest import TODAY
from tests.demo import derivation
from tests.demo.walking import browser_of, number_in, page_at
from tests.rules.reading import rows, section

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo", "undone"), pytest.mark.xdist_group("demo")]

# What an email claims, and the day it is due: the date counted from, days, the PA's state then.
TEMPLATES = {
    "pa_due_soon": (30, -7, "pending"),
    "pa_due_today": (30, 0, "pending"),
    "pa_overdue": (30, 1, "overdue"),
    "pa_suspends_soon": (60, -7, "overdue"),
    "pa_suspended": (60, 1, "suspended"),
}


def owed_on(one, day: dt.date) -> dict[str, str]:
    """Return the emails a customer must get on a day: PA number and email."""
    found = {}
    for pa in one.authorizations:
        state = derivation.state(pa, day)
        for email, (after, days, claimed) in TEMPLATES.items():
            if day == pa.created_on + dt.timedelta(days=after + days):
                # Close to the anniversary date a PA lapses where others are suspended.
                assert state in (claimed, "ordered", "cancelled", "returned") or (
                    email == "pa_suspended" and state == "lapsed"
                )
                if state in ("pending", "overdue", "suspended", "lapsed"):
                    found[pa.number] = email
    return found


# Days after the anniversary date, and the email of that day while something is to be renewed.
TERM_EMAILS = {
    -30: "renewal_opens",
    0: "renewal_due",
    23: "renewal_ends_soon",
    31: "licenses_removed",
}


def renewals_owed_on(one, day: dt.date) -> dict[str, str]:
    """Return the emails a customer must get of its terms: anniversary date and email."""
    found = {}
    # An order recorded after the last day of its licenses gave none.
    for date in {x.counts_to for x in one.paid if x.order.recorded_on <= x.usable_until_on}:
        email = TERM_EMAILS.get((day - date).days)
        if email and derivation.to_renew(one, date):
            found[date.isoformat()] = email
    return found


def posted_on(reseller, today: dt.date) -> list[Email]:
    """Let a night and its morning pass; return the emails they wrote."""
    before = Email.objects.order_by("pk").last().pk
    assert run_night(reseller, today=today).drift == 0
    post_digests(reseller, day=reseller.day(today))
    return list(Email.objects.filter(pk__gt=before))


def told_by(emails_of_day: Iterable[Email]) -> tuple[dict, dict]:
    """Return what emails to customers say: of PAs by number, of terms by date; by VIP ID."""
    sent, reminded = defaultdict(dict), defaultdict(dict)
    for email in emails_of_day:
        if email.about and email.template in TEMPLATES:
            sent[email.about][email.context["pa_number"]] = email.template
        elif email.about:
            reminded[email.about][email.context["anniversary_on"]] = email.template
    return sent, reminded


def check_words(email: Email, one) -> None:
    """Check whom an email to a customer goes to, and the facts it states."""
    assert email.to_address == one.customer.contact_email
    if email.template in TEMPLATES:
        pa = next(p for p in one.authorizations if p.number == email.context["pa_number"])
        assert email.context["due_on"] == (pa.created_on + dt.timedelta(30)).isoformat()
        return
    date = dt.date.fromisoformat(email.context["anniversary_on"])
    lines = {row["product"]: row["quantity"] for row in email.context["lines"]}
    assert lines == derivation.to_renew(one, date)


def digested(emails_of_day: Iterable[Email]) -> dict[str, set[str]]:
    """Return what the digests name: PA numbers and VIP IDs, by the manager's address."""
    found = defaultdict(set)
    for email in emails_of_day:
        if email.template == "manager_digest":
            for part in email.context["sections"]:
                found[email.to_address] |= {
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
    """Check that the details page shows the states the emails claim."""
    page = page_at(client, f"/customers/{vip_id}/")
    history = rows(section(page, "License Authorization History"))
    states = {number_in(row): row["Status"].lower() for row in history}
    for number, email in owed.items():
        assert states[number] in (TEMPLATES[email][2], "lapsed")


def test_emails_and_digests_of_a_week_say_what_the_facts_say(admin, told, set_today):
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
        for email in fresh:
            assert rendering.written(email).subject
            if email.about:
                check_words(email, told[email.about])
        assert digested(fresh) == to_digest(reseller, told, expected, renewals, today), today
        for vip_id, owed in list(expected.items())[:3]:
            check_page(client, vip_id, owed)
        seen, of_terms = seen + len(expected), of_terms + len(renewals)
    assert seen > 3
    assert of_terms > 3
