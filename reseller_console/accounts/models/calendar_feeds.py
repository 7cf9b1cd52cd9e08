"""Calendar feeds: a secret address per colleague at which calendars read dates."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.models.users import User
from reseller_console.lib.tokens import secret_hash
from reseller_console.tenancy.models import Reseller


class CalendarFeedQuerySet(models.QuerySet):
    """Calendar feeds."""

    def of(self, user: User) -> CalendarFeedQuerySet:
        """The person's own: one or none."""
        return self.filter(user=user)

    def behind(self, token: str) -> CalendarFeedQuerySet:
        """The one whose address has this secret, while its owner works for the reseller.

        What is compared is the hash, by an index: how long that takes tells nothing.
        """
        owned = self.filter(user__deactivated_at__isnull=True, user__reseller=F("reseller"))
        rows = owned.filter(token_hash=secret_hash(token))
        return rows.select_related("user", "reseller__program")


class CalendarFeed(models.Model):
    """The address at which a colleague's calendar reads dates; revoked by deleting the row.

    Only the hash of the address's secret is stored; the secret itself is made of the settings'
    key and `nonce` (`reseller_console.accounts.feed_links`). `show` is the slug of a filter of
    the left rail, which this layer does not know.
    """

    class Scope(models.TextChoices):
        """Whose customers a feed is about."""

        MANAGED = "managed", _("Customers I manage")
        EVERYTHING = "everything", _("Everything of my organization")

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("whose customers"), max_length=10, choices=Scope.choices)
    show = models.CharField(_("filter"), max_length=20, blank=True)
    # Of the address in force.
    created_at = models.DateTimeField(default=timezone.now)
    last_read_at = models.DateTimeField(null=True, blank=True)
    # How often it was read since an instant, for the limit of an hour.
    readings = models.PositiveIntegerField(default=0, editable=False)
    readings_since_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = models.Manager.from_queryset(CalendarFeedQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="calendar_feed_scope", condition=Q(scope__in=["managed", "everything"])
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is."""
        return str(self.user)
