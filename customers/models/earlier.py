"""The facts of customers as they stood before they changed: what a list of an earlier day shows."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from customers.models.customers import Customer
from reseller_console.tenancy.models import Reseller


class EarlierCustomer(models.Model):
    """A customer's facts from one day to the day before another, on which they changed.

    A trigger writes it with the first change of a day, whoever changes the customer. Read by the
    view `as_of.customers_customer` alone, under the names the customer's own columns have.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    from_on = models.DateField()
    # The first day on which they held no longer.
    until_on = models.DateField()

    # Whoever it was may be gone; then nobody manages it.
    managed_by_id = models.BigIntegerField()
    invitation_expires_on = models.DateField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    invitation_bounced_at = models.DateTimeField(null=True, editable=False)
    first_anniversary_on = models.DateField(null=True, editable=False)
    anniversary_day = models.PositiveSmallIntegerField(null=True, editable=False)
    anniversary_on = models.DateField(null=True, editable=False)
    renewed_anniversary_on = models.DateField(null=True, editable=False)
    renewed_from_on = models.DateField(null=True, editable=False)
    products_from_on = models.DateField(null=True, editable=False)
    no_products_from_on = models.DateField(null=True, editable=False)
    pending_until_on = models.DateField(null=True, editable=False)
    past_due_from_on = models.DateField(null=True, editable=False)
    past_due_until_on = models.DateField(null=True, editable=False)
    past_due_again_from_on = models.DateField(null=True, editable=False)
    past_due_again_until_on = models.DateField(null=True, editable=False)
    renewal_on = models.DateField(null=True, editable=False)
    renewal_licenses = models.PositiveIntegerField(null=True, editable=False)
    next_renewal_on = models.DateField(null=True, editable=False)
    next_renewal_licenses = models.PositiveIntegerField(null=True, editable=False)
    requested_until_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["until_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "until_on"], name="one_earlier_customer_per_day"
            ),
            models.CheckConstraint(
                name="earlier_customer_span", condition=Q(from_on__lt=F("until_on"))
            ),
        ]
        indexes = [models.Index(fields=["reseller", "until_on"], name="earlier_customers_until")]

    def __str__(self) -> str:
        """Return whose facts they are, and up to when."""
        return f"{self.customer} until {self.until_on}"

    @classmethod
    def ended_before(cls, before: dt.datetime) -> models.QuerySet[EarlierCustomer]:
        """Return the rows that only lists of days before an instant are made of."""
        return cls.objects.filter(until_on__lt=before.date())
