"""What the nights did: the ledger of notices, and each run of the nightly job."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from authorizations.models.authorizations import PurchaseAuthorization
from customers.models import Customer
from reseller_console.tenancy.models import Reseller


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, and those that wait for a digest."""

    def untold(self) -> NoticeQuerySet:
        """Return those that the next digest has to look at (index `notices_untold`)."""
        return self.filter(digested_on__isnull=True, skipped_because="")


class Notice(models.Model):
    """A notice that was owed once, and whether it went out or was skipped.

    `kind` is one of `authorizations.notices`; `owed_on` the day it fell due. At most one
    row a kind for each PA, or for each customer and anniversary date.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notices")
    authorization = models.ForeignKey(
        PurchaseAuthorization, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    anniversary_on = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=30)
    owed_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    skipped_because = models.CharField(max_length=100, blank=True)
    digested_on = models.DateField(
        null=True, blank=True, help_text=_("The morning the manager's digest told of it.")
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["reseller"],
                condition=models.Q(digested_on__isnull=True, skipped_because=""),
                name="notices_untold",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "kind"],
                condition=models.Q(authorization__isnull=False),
                name="one_notice_per_kind_and_authorization",
            ),
            models.UniqueConstraint(
                fields=["customer", "anniversary_on", "kind"],
                condition=models.Q(authorization__isnull=True),
                name="one_notice_per_kind_and_term",
            ),
        ]

    def __str__(self) -> str:
        """Return kind and day."""
        return f"{self.kind}, owed on {self.owed_on}"


class NightlyRun(models.Model):
    """One run of the nightly job for one reseller and one of its days."""

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="nights")
    for_day = models.DateField(help_text=_("The reseller's day whose beginning it prepares."))
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    drift = models.PositiveIntegerField(
        default=0, help_text=_("Customers whose stored facts were wrong and were repaired; 0.")
    )
    error = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["reseller", "-for_day"], name="nights_of_reseller"),
            models.Index(
                fields=["for_day", "reseller"],
                condition=models.Q(finished_at__isnull=False),
                name="nights_finished",
            ),
        ]

    def __str__(self) -> str:
        """Return reseller and day."""
        return f"{self.reseller}, {self.for_day}"
