"""The links by which invited colleagues join."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.models.users import User
from reseller_console.tenancy.models import Reseller


class ColleagueInvitationQuerySet(models.QuerySet):
    """Links of invited colleagues."""

    def in_force(self) -> ColleagueInvitationQuerySet:
        """The newest link of each colleague."""
        return self.filter(superseded_at__isnull=True)

    def sent_within(self, span: dt.timedelta) -> ColleagueInvitationQuerySet:
        """Links that were sent during the last `span`."""
        return self.filter(sent_at__gt=timezone.now() - span)


class ColleagueInvitation(models.Model):
    """One link that was sent to an invited colleague; a new one supersedes the one before.

    Only the hash of the link's secret is stored (`reseller_console.accounts.links`). Ops have
    no reseller.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    version = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(help_text=_("The last day the link works."))
    superseded_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(ColleagueInvitationQuerySet)()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "version"], name="one_colleague_link_per_version"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(superseded_at__isnull=True),
                name="one_colleague_link_in_force_per_account",
            ),
        ]
        indexes = [models.Index(fields=["reseller", "-sent_at"], name="colleague_links_newest")]

    def __str__(self) -> str:
        """Return the colleague and which link it is."""
        return f"{self.user}, link {self.version}"
