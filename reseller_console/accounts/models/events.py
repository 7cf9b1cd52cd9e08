"""What happened, and who did it."""

from __future__ import annotations

from django.db import models

from reseller_console.accounts.models.users import User
from reseller_console.tenancy.models import Reseller


class Event(models.Model):
    """Who did what, when: a row that is written once and never changed.

    `kind` names the event; `details` holds the facts its sentence is built from
    (`reseller_console.accounts.activity`).
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]


class TeamEvent(Event):
    """What happened to a colleague's account."""

    colleague = models.ForeignKey(User, models.PROTECT, related_name="events")

    class Meta(Event.Meta):
        abstract = False
        indexes = [models.Index(fields=["reseller", "-at"], name="team_events_newest")]

    def __str__(self) -> str:
        """Return the kind and the instant."""
        return f"{self.kind} at {self.at}"
