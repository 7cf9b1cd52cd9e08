"""What the tables of all providers are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from notifications.tracking.reasons import Reason

Told = Mapping[str, Any]


class NothingSaid:
    """A word that says nothing against anybody, such as that of an automatic answer."""


NOTHING: Final = NothingSaid()
TRANSIENT, SOFT, HARD = Reason.TRANSIENT, Reason.SOFT_BOUNCE, Reason.HARD_BOUNCE
REFUSED, LISTED = Reason.REFUSED, Reason.SUPPRESSED
UNSUBSCRIBED, COMPLAINT = Reason.UNSUBSCRIBED, Reason.COMPLAINT

Words = Callable[[Told], Iterator[str]]
Table = Mapping[str, Reason | NothingSaid]

# An enhanced status code (RFC 3463), not a part of an address of the internet.
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
# What the mail server's code says where the provider only says "for good".
STATUSES: dict[str, Reason] = {
    "status 4": SOFT,
    # Our own address is what is wrong.
    "status 5.1.7": REFUSED,
    "status 5.1.8": REFUSED,
    "status 5.1": HARD,
    # The mailbox is disabled.
    "status 5.2.1": HARD,
    "status 5.2.3": REFUSED,
    "status 5.2": SOFT,
    "status 5.3.4": REFUSED,
    "status 5.3": SOFT,
    "status 5.6": REFUSED,
    "status 5.7": REFUSED,
}


def status_in(*texts: object) -> Iterator[str]:
    """Yield the words for the first status code in the texts, the exact one first."""
    found = _STATUS.search(" ".join(str(text) for text in texts if text))
    if found:
        kind, subject, detail = found.groups()
        yield f"status {kind}.{subject}.{detail}"
        yield f"status {kind}.{subject}"
        yield f"status {kind}"


def each_means(reason: Reason | NothingSaid, *words: str) -> dict[str, Reason | NothingSaid]:
    """Return rows of a table for words that mean the same."""
    return dict.fromkeys(words, reason)
