"""Ask everything that tells of a rule: rail, file of the list, admin, calendars, the night."""

from __future__ import annotations

import csv
import datetime as dt
import io

from authorizations.calendar_feed.events import events_of
from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from notifications.models import Email
from reseller_console.accounts.actions.calendar_feed import create_feed
from reseller_console.accounts.feed_links import feed_of
from tests.rules.reading import text_of


def in_filter(look, slug: str, on: dt.date) -> bool:
    """Whether the customer is in a filter of the rail; rows and count have to agree."""
    page = look(f"/customers/?show={slug}", on)
    listed = bool(page.findall(".//table//tbody/tr"))
    rail = page.find(".//nav[@id='rail']")
    chosen = next(link for link in rail.iter("a") if link.get("aria-current") == "page")
    assert text_of(chosen).endswith(" 1" if listed else " 0")
    return listed


def exported(login, alice, set_today, column: str, on: dt.date, chosen: str = "") -> str:
    """Return a cell of the only customer in the file of the list, or of the one that is chosen."""
    set_today(on)
    answer = login(alice).get(f"/customers/export.csv{chosen}")
    text = b"".join(answer.streaming_content).decode().lstrip("\ufeff")
    [row] = csv.DictReader(io.StringIO(text))
    return row[column]


def in_admin(look, ops, query: str, on: dt.date, model: str = "customer") -> bool:
    """Whether the Django admin lists anything under a filter."""
    apps = {"customer": "customers", "email": "notifications"}
    app = apps.get(model, "authorizations")
    page = look(f"/admin/{app}/{model}/?{query}", on, by=ops)
    return page.find(".//table[@id='result_list']") is not None


def in_calendar(user, title: str, on: dt.date) -> bool:
    """Whether the calendar feed of a day has an event of this title on that day."""
    feed = feed_of(user) or create_feed(user, scope="managed", show="", by=user)
    events = events_of(feed, user.reseller.day(on))
    return any(event.on == on and event.summary.startswith(title) for event in events)


def told(reseller, template: str, on: dt.date) -> list[bool]:
    """Whether the night of a day tells of something: the customer by email, the manager's digest.

    The nights up to the day before have been done.
    """
    before = on - dt.timedelta(days=1)
    run_night(reseller, today=before)
    post_digests(reseller, day=reseller.day(before))
    sent = {email.pk for email in Email.objects.all()}
    run_night(reseller, today=on)
    post_digests(reseller, day=reseller.day(on))
    new = Email.objects.exclude(pk__in=sent).values_list("template", flat=True)
    return [template in new, "manager_digest" in new]
