"""Renewal notices that a manager sent: when a customer was last written to, by whom."""

from __future__ import annotations

import datetime as dt

from django.db import models

from customers.models import Customer
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Reseller


class RenewalContact(models.Model):
    """A renewal notice to one recipient; those sent at once have the same instant.

    `sent_on` is the reseller's date, by which the days until the next one are counted.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    anniversary_on = models.DateField()
    # None once the email is no longer kept.
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_on = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(
                fields=["customer", "-sent_at", "-id"], name="renewal_contacts_of_customer"
            ),
            models.Index(fields=["sent_at"], name="renewal_contacts_oldest"),
        ]

    def __str__(self) -> str:
        """Return the customer and the anniversary date it was about."""
        return f"{self.customer}: {self.anniversary_on}"

    @classmethod
    def sent_before(cls, before: dt.datetime) -> models.QuerySet[RenewalContact]:
        """Return the notices that were sent before an instant."""
        return cls._default_manager.filter(sent_at__lt=before)
