"""The events of a calendar feed: two tables, one of what is bought and one of terms that end.

Each kind says on which day it is, for whom, and the rule in a sentence; the days are those of the
rules. What is ordered, cancelled or renewed has no event any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from unicodedata import bidirectional
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from authorizations.calendar_feed.subjects import Purchase, Span, Term, purchases, span_of, terms
from authorizations.rules.status import Status
from reseller_console.accounts.models import CalendarFeed
from reseller_console.lib.calendar_files import WholeDay
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day

MOST_EVENTS = 20_000
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True)
class Kind[Subject]:
    """An event about a subject: the end of its UID, its day, its title, the rule in a sentence."""

    slug: str
    on: Callable[[Subject], dt.date]
    title: str | Promise
    sentence: Callable[[Subject], str]
    when: Callable[[Subject], bool] = lambda _subject: True


def _due(it: Purchase) -> str:
    pa = it.authorization
    return _(
        "Place the order by this day and record it. From the next day on it is past due, and the"
        " customer can get nothing new until it is recorded.\n"
        "Duration to order: %(months)s (%(days)s)."
    ) % {
        "months": ngettext("%(n)d month", "%(n)d months", pa.months) % {"n": pa.months},
        "days": ngettext("%(n)d day", "%(n)d days", pa.days) % {"n": pa.days},
    }


def _past_due(it: Purchase) -> str:
    return _(
        "The order was due on %(due)s. Until it is recorded, no further purchase authorization"
        " can be created for this customer."
    ) % {"due": long_date(it.authorization.due_on)}


def _stops(it: Purchase) -> str:
    if it.authorization.lapses_straight:
        return _(
            "If no order is recorded before this day, the licenses are removed: the term they"
            " belong to is over. A later order does not bring them back."
        )
    return _(
        "If no order is recorded before this day, the licenses do not work from this day on."
        " Recording the order makes them work again."
    )


PURCHASES = (
    Kind[Purchase](
        "order-due", lambda it: it.authorization.due_on, gettext_lazy("Order due"), _due
    ),
    Kind[Purchase](
        "past-due",
        lambda it: it.authorization.past_due_since,
        gettext_lazy("Past due"),
        _past_due,
        when=lambda it: it.authorization.status in Status.PAST_DUE,
    ),
    Kind[Purchase](
        "licenses-stop",
        lambda it: it.authorization.stops_on,
        gettext_lazy("Licenses stop"),
        _stops,
    ),
)


def _window(it: Term) -> dict[str, str]:
    return {"opens": long_date(it.opens_on), "closes": long_date(it.closes_on)}


def _opens(it: Term) -> str:
    return _(
        "What is left to renew can be renewed from this day up to and including %(closes)s. The"
        " anniversary date is %(date)s."
    ) % {**_window(it), "date": long_date(it.anniversary_on)}


def _anniversary(it: Term) -> str:
    if not it.licenses:
        return _("The customer's term ends, and the next twelve months begin with this day.")
    return _(
        "The customer's term ends. What is not renewed yet can be renewed, and works, up to and"
        " including %(closes)s."
    ) % _window(it)


def _closes(it: Term) -> str:
    return _("What is not renewed up to and including this day is removed on the next one.")


def _is_left(it: Term) -> bool:
    return it.licenses > 0


TERMS = (
    Kind[Term](
        "window-opens",
        lambda it: it.opens_on,
        gettext_lazy("Renewal window opens"),
        _opens,
        when=_is_left,
    ),
    Kind[Term](
        "anniversary",
        lambda it: it.anniversary_on,
        gettext_lazy("Anniversary date"),
        _anniversary,
        when=lambda it: it.current,
    ),
    Kind[Term](
        "window-ends",
        lambda it: it.closes_on,
        gettext_lazy("Last day to renew"),
        _closes,
        when=_is_left,
    ),
)


def events_of(feed: CalendarFeed, day: Day) -> Iterator[WholeDay]:
    """Yield what a feed contains on a day, orders first.

    At most MOST_EVENTS; where that is not everything, one more says so.
    """
    span, most = span_of(day), MOST_EVENTS + 1
    told = chain(
        _told(purchases(feed, day, span, most=most), PURCHASES, span, _of_purchase),
        _told(terms(feed, day, span, most=most), TERMS, span, _of_term),
    )
    for number, event in enumerate(told):
        if number == MOST_EVENTS:
            yield _cut_off(day)
            return
        yield event


def _told[Subject](
    subjects: Iterable[Subject],
    kinds: tuple[Kind[Subject], ...],
    span: Span,
    written: Callable[[Subject], tuple[str, str, str]],
) -> Iterator[WholeDay]:
    """Yield the events of some subjects; `written` says their names, to calendars and people."""
    host = urlsplit(settings.CONSOLE_ORIGIN).hostname
    # Translated once.
    titles = {kind.slug: str(kind.title) for kind in kinds}
    for subject in subjects:
        due = [
            (kind, on) for kind in kinds if kind.when(subject) and (on := kind.on(subject)) in span
        ]
        known_by, name, path = written(subject) if due else ("", "", "")
        for kind, on in due:
            yield WholeDay(
                # The same whatever its day becomes.
                uid=f"{known_by}-{kind.slug}@{host}",
                on=on,
                summary=f"{titles[kind.slug]}: {name}",
                description=kind.sentence(subject),
                url=f"{settings.CONSOLE_ORIGIN}{path}",
            )


def _of_purchase(it: Purchase) -> tuple[str, str, str]:
    number = it.authorization.number
    name = f"{number}, {_isolated(it.customer.name)}, {_licenses(it.licenses)}"
    return number, name, f"{it.customer.get_absolute_url()}#{number}"


def _of_term(it: Term) -> tuple[str, str, str]:
    name = _isolated(it.customer.name)
    if it.licenses:
        name = f"{name}, {_licenses(it.licenses)}"
    return it.customer.vip_id, name, it.customer.get_absolute_url()


def _cut_off(day: Day) -> WholeDay:
    sentence = _(
        "There are more than %(most)d dates; these are the first of them. Choose fewer customers"
        " on the page of the calendar feed."
    )
    return WholeDay(
        uid=f"incomplete@{urlsplit(settings.CONSOLE_ORIGIN).hostname}",
        on=day.today,
        summary=_("This calendar is not complete"),
        description=sentence % {"most": MOST_EVENTS},
        url=f"{settings.CONSOLE_ORIGIN}/calendar/",
    )


def _licenses(number: int) -> str:
    return ngettext("%(n)d license", "%(n)d licenses", number) % {"n": number}


def _isolated(name: str) -> str:
    """Return a name that does not turn the words around it, if it is written from the right."""
    if name.isascii() or all(bidirectional(char) not in _RIGHT_TO_LEFT for char in name):
        return name
    return f"\u2068{name}\u2069"
