"""A customer's activity: what people did and every email, merged newest first."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q, QuerySet

from customers.models import Customer, CustomerEvent
from notifications import rendering
from notifications.delivery import Delivery, EmailQuerySet
from notifications.models import Email
from reseller_console.accounts.activity import sentence, sentence_to_members, told_to_members
from reseller_console.accounts.models import User

ROWS = 25
_EVENT, _TEMPLATE = 1, 0
_MOST_ID = 2**63

# The place of an entry in the timeline: instant, kind and id, compared in this order.
Place = tuple[dt.datetime, int, int]


@dataclass(frozen=True)
class Entry:
    """One thing that happened: somebody's deed (`who`, blank for the console) or an email."""

    at: dt.datetime
    who: str
    text: str
    address: str = ""
    delivery: Delivery | None = None


@dataclass(frozen=True)
class TimelinePage:
    """Some entries; `older` is the cursor of the page after."""

    entries: list[Entry]
    older: str
    is_first: bool


def timeline(customer: Customer, *, after: str = "") -> TimelinePage:
    """Return a page of the customer's activity; a cursor that is none means the first page."""
    return _page(_events_of(customer), _mails_of(customer), sentence, after)


def member_timeline(customer: Customer, member: User, *, after: str = "") -> TimelinePage:
    """Return a page of what a VIP admin may know: own emails, and events told to members."""
    events = _events_of(customer).filter(kind__in=told_to_members())
    mails = _mails_of(customer).filter(to_address__iexact=member.email)
    return _page(events, mails, sentence_to_members, after)


def _events_of(customer: Customer) -> QuerySet[CustomerEvent]:
    return CustomerEvent.objects.filter(customer=customer).select_related("by")


def _mails_of(customer: Customer) -> EmailQuerySet:
    mails = Email.objects.filter(reseller_id=customer.reseller_id, about=customer.vip_id)
    return mails.with_delivery()


def _page(
    events: QuerySet[CustomerEvent],
    mails: EmailQuerySet,
    words: Callable[[CustomerEvent], str],
    after: str,
) -> TimelinePage:
    place = _decode(after)
    merged = heapq.merge(
        _events(_before(events, "at", _EVENT, place), words),
        _emails(_before(mails, "queued_at", _TEMPLATE, place)),
        key=lambda pair: pair[0],
        reverse=True,
    )
    found = list(islice(merged, ROWS + 1))
    older = _encode(found[ROWS - 1][0]) if len(found) > ROWS else ""
    return TimelinePage([entry for _place, entry in found[:ROWS]], older, is_first=place is None)


def _before(rows: QuerySet, instant: str, kind: int, place: Place | None) -> QuerySet:
    """Return the newest rows of one kind beyond a place, as many as a page can need."""
    if place is not None:
        at, place_kind, place_id = place
        beyond = Q(**{f"{instant}__lt": at})
        if kind < place_kind:
            beyond |= Q(**{instant: at})
        elif kind == place_kind:
            beyond |= Q(**{instant: at}, id__lt=place_id)
        rows = rows.filter(beyond)
    return rows.order_by(f"-{instant}", "-id")[: ROWS + 1]


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
        yield (email.queued_at, _TEMPLATE, email.pk), entry


def _encode(place: Place) -> str:
    at, kind, row_id = place
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{kind}|{row_id}".encode()).decode()


def _decode(text: str) -> Place | None:
    try:
        at, kind, row_id = base64.urlsafe_b64decode(text[:200]).decode().split("|")
        place = (dt.datetime.fromisoformat(at), int(kind), int(row_id))
    except (binascii.Error, ValueError):
        return None
    aware = place[0].tzinfo is not None
    return place if aware and place[1] in (_EVENT, _TEMPLATE) and 0 <= place[2] < _MOST_ID else None
