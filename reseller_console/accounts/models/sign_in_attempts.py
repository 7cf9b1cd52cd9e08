"""Tries to sign in, which the throttle counts."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F
from django.utils import timezone


class SignInAttemptQuerySet(models.QuerySet):
    """Tries to sign in."""

    def failed_within(self, minutes: int) -> SignInAttemptQuerySet:
        """Tries of the last `minutes` that did not succeed."""
        since = timezone.now() - dt.timedelta(minutes=minutes)
        return self.filter(succeeded_at__isnull=True, at__gt=since)

    def accounts(self) -> int:
        """Return on how many accounts these were tried."""
        return self.aggregate(count=models.Count(F("account"), distinct=True))["count"]


class SignInAttempt(models.Model):
    """A try to sign in: what the throttle counts (`reseller_console.accounts.signing_in.throttle`).

    Neither the address nor the password that was typed is stored, only keyed marks of them:
    people type the one into the field of the other.
    """

    at = models.DateTimeField(default=timezone.now)
    account = models.CharField(max_length=32)
    network = models.CharField(max_length=64)
    password = models.CharField(max_length=6)
    succeeded_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(SignInAttemptQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="attempts_on_account"),
            models.Index(fields=["network", "-at"], name="attempts_from_network"),
            models.Index(fields=["password", "-at"], name="attempts_with_password"),
            models.Index(fields=["at"], name="attempts_oldest"),
        ]

    def __str__(self) -> str:
        """Return where it came from and when."""
        return f"{self.network} at {self.at}"
