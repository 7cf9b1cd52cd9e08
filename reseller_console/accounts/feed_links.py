"""The secret address of a calendar feed."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from reseller_console.accounts.models import CalendarFeed, User
from reseller_console.lib.tokens import secret, secret_hash

PURPOSE = "calendar-feed"
# So long after it was made, its owner can read the address on the page.
SHOWN = dt.timedelta(minutes=15)


def token_of(feed: CalendarFeed) -> str:
    """Return the secret of a feed's address.

    The nonce keeps it apart from every address before, also where a restored database has
    forgotten those.
    """
    return secret(PURPOSE, feed.user_id, feed.nonce)


def address_to_copy(feed: CalendarFeed) -> str:
    """Return the whole address while it is new; blank later, and after a change of the key."""
    token = token_of(feed)
    is_new = timezone.now() - feed.created_at < SHOWN
    if not is_new or secret_hash(token) != feed.token_hash:
        return ""
    return f"{settings.CONSOLE_ORIGIN}/calendar/{token}.ics"


def feed_of(user: User) -> CalendarFeed | None:
    """Return the person's calendar feed."""
    return CalendarFeed.objects.of(user).first()


def feed_behind(token: str) -> CalendarFeed | None:
    """Return the feed whose address has this secret, with its owner and reseller.

    None alike for what never was, was replaced or revoked, and where the owner has left.
    """
    return CalendarFeed.objects.behind(token).first()
