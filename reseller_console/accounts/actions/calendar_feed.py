"""Create, change, replace and revoke the address at which a colleague's calendar reads dates."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from reseller_console.accounts.actions.lock import record
from reseller_console.accounts.activity import TeamKind
from reseller_console.accounts.feed_links import token_of
from reseller_console.accounts.models import CalendarFeed, User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.tokens import secret_hash

# A calendar asks every few minutes at most; a person has several devices.
MOST_READINGS_AN_HOUR = 60
HOUR = dt.timedelta(hours=1)


def create_feed(owner: User, *, scope: str, show: str, by: User) -> CalendarFeed:
    """Give a colleague a calendar feed, about the customers of a scope and a filter.

    Raises ActionRefused with code "not_own", "no_reseller" or "exists".
    """
    with transaction.atomic():
        owner = User.objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)
        _refuse_others(owner, by=by)
        if owner.reseller_id is None or not owner.is_active:
            raise ActionRefused(
                _("Only colleagues of a reseller have a calendar feed."), code="no_reseller"
            )
        if CalendarFeed.objects.of(owner).exists():
            raise ActionRefused(
                _("You have a calendar feed already. Replace its address instead."), code="exists"
            )
        feed = CalendarFeed(reseller_id=owner.reseller_id, user=owner, scope=scope, show=show)
        feed.token_hash = secret_hash(token_of(feed))
        feed.save(force_insert=True)
        record(owner, TeamKind.FEED_CREATED, by=by)
    return feed


def change_feed(feed: CalendarFeed, *, scope: str, show: str, by: User) -> CalendarFeed:
    """Change what a feed contains; the address stays.

    Raises ActionRefused with code "not_own" or "revoked".
    """
    with transaction.atomic():
        feed = _locked(feed)
        _refuse_others(feed.user, by=by)
        if (feed.scope, feed.show) != (scope, show):
            feed.scope, feed.show = scope, show
            feed.save(update_fields=["scope", "show"])
            record(feed.user, TeamKind.FEED_CHANGED, by=by)
    return feed


def replace_feed(feed: CalendarFeed, *, by: User) -> CalendarFeed:
    """Give a feed another address; the one before answers nobody from now on.

    Raises ActionRefused with code "not_own" or "revoked".
    """
    with transaction.atomic():
        feed = _locked(feed)
        _refuse_others(feed.user, by=by)
        feed.nonce, feed.created_at = uuid.uuid4(), timezone.now()
        feed.token_hash = secret_hash(token_of(feed))
        feed.last_read_at = feed.readings_since_at = None
        feed.readings = 0
        names = ("nonce", "created_at", "token_hash", "last_read_at")
        feed.save(update_fields=[*names, "readings", "readings_since_at"])
        record(feed.user, TeamKind.FEED_REPLACED, by=by)
    return feed


def revoke_feed(feed: CalendarFeed, *, by: User) -> None:
    """End a feed; its address answers nobody from now on. Its owner may, and ops.

    Raises ActionRefused with code "not_own" or "revoked".
    """
    with transaction.atomic():
        feed = _locked(feed)
        if not by.is_superuser:
            _refuse_others(feed.user, by=by)
        feed.delete()
        record(feed.user, TeamKind.FEED_REVOKED, by=by)


def count_reading(feed: CalendarFeed) -> bool:
    """Count that a calendar reads a feed; return False where that is too often, or it is gone.

    One statement, so that readings at the same moment are all counted.
    """
    now = timezone.now()
    another_hour = Q(readings_since_at__isnull=True) | Q(readings_since_at__lte=now - HOUR)
    rows = CalendarFeed.objects.filter(pk=feed.pk, token_hash=feed.token_hash)
    counted = rows.filter(another_hour | Q(readings__lt=MOST_READINGS_AN_HOUR)).update(
        last_read_at=now,
        readings=Case(When(another_hour, then=Value(1)), default=F("readings") + 1),
        readings_since_at=Case(When(another_hour, then=Value(now)), default=F("readings_since_at")),
    )
    return bool(counted)


def _locked(feed: CalendarFeed) -> CalendarFeed:
    rows = CalendarFeed.objects.select_for_update(of=("self",)).select_related("user")
    found = rows.filter(pk=feed.pk).first()
    if found is None:
        raise ActionRefused(_("This calendar feed has been revoked already."), code="revoked")
    return found


def _refuse_others(owner: User, *, by: User) -> None:
    if owner.pk != by.pk:
        raise ActionRefused(_("This calendar feed belongs to someone else."), code="not_own")
