"""Attempts at what belongs to somebody else."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.models.users import User
from reseller_console.tenancy.models import Reseller


class AttemptKind(models.TextChoices):
    """How a person came upon what is not theirs."""

    ADDRESS = "address", _("Someone else's page")
    FIELD = "field", _("Someone else's ID in a form")
    ACCEPTANCE = "acceptance", _("Someone else's invitation")


class AccessAttempt(models.Model):
    """A person was refused what exists but is another's; written once, at most once an hour.

    `about` and `target` name the row that was asked for, `where` the name of the page, `address`
    where the request came from. Nothing that was typed is kept.
    """

    at = models.DateTimeField(auto_now_add=True)
    hour = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=AttemptKind.choices)
    about = models.CharField(max_length=60)
    target = models.BigIntegerField()
    reseller = models.ForeignKey(Reseller, models.PROTECT, null=True, related_name="+")
    where = models.CharField(max_length=80)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "hour", "kind", "about", "target"], name="one_attempt_an_hour"
            ),
        ]

    def __str__(self) -> str:
        """Return who tried, and when."""
        return f"{self.by} at {self.at}"
