"""What a manager asks ops to correct about a customer."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.customers import Customer
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Reseller


class CorrectionRequest(models.Model):
    """A request to correct a customer's contact: open until ops have corrected or closed it."""

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="correction_requests")
    note = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("correction request")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(closed_at__isnull=True),
                name="one_open_correction_request_per_customer",
            ),
            models.CheckConstraint(
                name="correction_request_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, answer="")
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="correction_requests_open",
                condition=Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        """Return the customer."""
        return str(self.customer)

    @classmethod
    def closed_before(cls, instant: dt.datetime) -> models.QuerySet[CorrectionRequest]:
        """Return the requests that were dealt with before an instant."""
        return cls.objects.filter(closed_at__lt=instant)
