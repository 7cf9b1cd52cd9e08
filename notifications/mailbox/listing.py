"""The list of emails as an address asks for it: search and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse

from notifications.delivery import EmailQuerySet
from notifications.models import Email
from reseller_console.lib.lists import Key, ListAddress, read_id, read_instant

# Read downwards: the newest first.
KEYS = [Key("queued_at", F("queued_at"), read_instant), Key("id", F("id"), read_id)]
SLUG = "mailbox"


@dataclass(frozen=True)
class Listing(ListAddress):
    """The emails that mention what is searched for; all of them without a search."""

    @classmethod
    def own(cls, _query: Mapping[str, str]) -> dict[str, Any]:
        """Return nothing: there is no filter."""
        return {}

    def narrowing(self) -> dict[str, str]:
        """Return nothing: there is no filter."""
        return {}

    def path(self) -> str:
        """Return the address of this list."""
        return self.below(reverse("mailbox"))

    def emails(self) -> EmailQuerySet:
        """Return everything on the list, unsorted, whatever the page."""
        emails = Email.objects.with_delivery().select_related("reseller").defer("text", "html")
        return emails.mentioning(self.q) if self.q else emails
