"""Purchase authorizations as they stood before they changed, for lists of an earlier day."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from authorizations.models.authorizations import PurchaseAuthorization
from customers.models import Customer
from reseller_console.tenancy.models import Reseller


class EarlierAuthorization(models.Model):
    """A purchase authorization from one day to the day before another, on which it changed.

    A trigger writes it with the first change of a day: when it is ordered, cancelled, given back
    by a correction, or dated anew. Read by the view of `as_of` alone.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    authorization = models.ForeignKey(
        PurchaseAuthorization, models.CASCADE, related_name="+", db_index=False
    )
    from_on = models.DateField()
    # The first day on which it stood so no longer.
    until_on = models.DateField()

    created_on = models.DateField()
    counts_to = models.DateField()
    anniversary_day = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    suspends_on = models.DateField()
    lapses_on = models.DateField()
    usable_until_on = models.DateField()
    # No foreign key: a correction may have taken the order away.
    order_id = models.BigIntegerField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["until_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "until_on"], name="one_earlier_authorization_per_day"
            ),
            models.CheckConstraint(
                name="earlier_authorization_span", condition=Q(from_on__lt=F("until_on"))
            ),
        ]
        indexes = [
            # The worklist of an earlier day.
            GistIndex(
                Func("from_on", "until_on", function="daterange", output_field=DateRangeField()),
                name="earlier_authorizations_open",
                condition=Q(order_id__isnull=True, cancelled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Return which it is, and up to when."""
        return f"{self.authorization} until {self.until_on}"

    @classmethod
    def ended_before(cls, before: dt.datetime) -> models.QuerySet[EarlierAuthorization]:
        """Return the rows that only lists of days before an instant are made of."""
        return cls.objects.filter(until_on__lt=before.date())
