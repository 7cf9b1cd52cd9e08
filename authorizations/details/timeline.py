"""A customer's activity: what people did and every email, merged newest first."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from django.db.models import F, IntegerField, QuerySet, Value

from customers.models import Customer, CustomerEvent
from notifications import rendering
from notifications.delivery import Delivery, EmailQuerySet
from notifications.models import Email
from reseller_console.accounts.activity import sentence, sentence_to_members, told_to_members
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Key, Paging, Section, SectionPage, read_id, read_instant

ROWS = 25
_SLUG = "activity"
# At one instant a deed is newer than the emails that tell of it.
_EMAIL, _EVENT = 0, 1

# The keys of an entry's row: its instant, which of the two it is, its id.
Place = tuple[dt.datetime, int, int]


@dataclass(frozen=True)
class Entry:
    """One thing that happened: a person's action (`who`, blank for the console) or an email."""

    at: dt.datetime
    who: str
    text: str
    address: str = ""
    delivery: Delivery | None = None


def timeline(customer: Customer, *, after: str = "") -> SectionPage[Entry]:
    """Return a page of the customer's activity; a cursor that is none means the first page."""
    return _page(_events_of(customer), _mails_of(customer), sentence, after)


def member_timeline(customer: Customer, member: User, *, after: str = "") -> SectionPage[Entry]:
    """Return a page of what a VIP admin may know: own emails, and events told to members."""
    events = _events_of(customer).filter(kind__in=told_to_members())
    mails = _mails_of(customer).filter(to_address__iexact=member.email)
    return _page(events, mails, sentence_to_members, after)


def _events_of(customer: Customer) -> QuerySet[CustomerEvent]:
    return CustomerEvent.objects.filter(customer=customer).select_related("by")


def _mails_of(customer: Customer) -> EmailQuerySet:
    mails = Email.objects.filter(reseller_id=customer.reseller_id, about=customer.vip_id)
    return mails.with_delivery()


def _read_kind(value: object) -> int:
    if type(value) is not int or value not in (_EMAIL, _EVENT):
        raise ValueError("neither an event nor an email")
    return value


def _keys(instant: str, kind: int) -> list[Key]:
    return [
        Key("at", F(instant), read_instant),
        Key("kind", Value(kind, IntegerField()), _read_kind),
        Key("id", F("id"), read_id),
    ]


def _page(
    events: QuerySet[CustomerEvent],
    mails: EmailQuerySet,
    words: Callable[[CustomerEvent], str],
    after: str,
) -> SectionPage[Entry]:
    """Return a page of both, which are each read from the same place on."""
    section = Section(after)
    of_events = Paging(section, _keys("at", _EVENT), _SLUG, descending=True)
    of_mails = Paging(section, _keys("queued_at", _EMAIL), _SLUG, descending=True)
    merged = heapq.merge(
        _events(of_events.following(events, ROWS), words),
        _emails(of_mails.following(mails, ROWS)),
        key=itemgetter(0),
        reverse=True,
    )
    found, more = of_events.cut(list(islice(merged, ROWS + 1)), ROWS)
    around = of_events.around([place for place, _entry in found], more=more)
    return SectionPage([entry for _place, entry in found], around)


def _events(
    rows: QuerySet[CustomerEvent], words: Callable[[CustomerEvent], str]
) -> Iterator[tuple[Place, Entry]]:
    for event in rows:
        who = str(event.by) if event.by else ""
        yield (event.at, _EVENT, event.pk), Entry(event.at, who, words(event))


def _emails(rows: QuerySet[Email]) -> Iterator[tuple[Place, Entry]]:
    for email in rows:
        delivery = Delivery(email.delivery)
        entry = Entry(email.queued_at, "", rendering.subject_of(email), email.to_address, delivery)
        yield (email.queued_at, _EMAIL, email.pk), entry
