"""The sentences of events: each app declares its kinds here, every page reads them here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.models import Event
from reseller_console.lib.wording import long_date

_SENTENCES: dict[str, object] = {}
_TOLD_TO_MEMBERS: dict[str, object] = {}


def declare(kinds: type[TextChoices]) -> type[TextChoices]:
    """Register an app's kinds of event; each label is a sentence with `{details}` in braces.

    Raises ValueError when a kind is declared twice.
    """
    for kind in kinds:
        if kind.value in _SENTENCES:
            raise ValueError(f"Event kind {kind.value} is declared twice.")
        _SENTENCES[kind.value] = kind.label
    return kinds


def tell_members[Kind: TextChoices](sentences: Mapping[Kind, object]) -> None:
    """Register which kinds a customer's VIP admins are notified of, and in which words.

    Each app says so next to its kinds; what is in no such list is the reseller's alone.
    """
    _TOLD_TO_MEMBERS.update({kind.value: words for kind, words in sentences.items()})


def told_to_members() -> list[str]:
    """Return the kinds of event that VIP admins are notified of."""
    return list(_TOLD_TO_MEMBERS)


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Details(dict[str, object]):
    """Details as people read them: dates in words, what was not recorded as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"

    def __getitem__(self, key: str) -> object:
        value = super().__getitem__(key)
        if isinstance(value, str) and _DATE.fullmatch(value):
            return long_date(dt.date.fromisoformat(value))
        return value


def sentence(event: Event) -> str:
    """Return what happened, in words, without the person's name."""
    return _filled(_SENTENCES, event)


def sentence_to_members(event: Event) -> str:
    """Return the same in the words for a customer's VIP admins."""
    return _filled(_TOLD_TO_MEMBERS, event)


def _filled(sentences: Mapping[str, object], event: Event) -> str:
    return str(sentences.get(event.kind, event.kind)).format_map(_Details(event.details))


@declare
class TeamKind(TextChoices):
    """What can happen to a colleague's account."""

    INVITED = "colleague_invited", _("invited {email} as {role}")
    RESENT = (
        "colleague_link_resent",
        _("resent the invitation to {email}; the old link no longer works"),
    )
    JOINED = "colleague_joined", _("{email} chose a password and joined")
    ROLE_CHANGED = "role_changed", _("changed the role of {email} from {old} to {new}")
    CUSTOMERS_MOVED = (
        "colleague_customers_moved",
        _("gave the customers of {email} to {successor}; there were {count}"),
    )
    DEACTIVATED = "colleague_deactivated", _("deactivated {email}")
    REACTIVATED = "colleague_reactivated", _("reactivated {email}")
    HANDED_OVER = "primary_handed_over", _("handed the primary admin's role to {email}")
    CORRECTED = "colleague_corrected", _("corrected {fields} of {email}")
    FEED_CREATED = "calendar_feed_created", _("created a calendar feed for {email}")
    FEED_CHANGED = (
        "calendar_feed_changed",
        _("changed what the calendar feed of {email} contains"),
    )
    FEED_REPLACED = (
        "calendar_feed_replaced",
        _("replaced the calendar feed address of {email}; the old one no longer works"),
    )
    FEED_REVOKED = "calendar_feed_revoked", _("revoked the calendar feed of {email}")
    ERASED = "colleague_erased", _("erased a person's name and address on request")
