"""What happened to customers, and the tally behind the rail's counts."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from customers.models.customers import Customer
from reseller_console.accounts.models import Event


class CustomerEvent(Event):
    """What happened to a customer; part of the activity on the details page."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="customer_events_newest"),
            # Small, and finds what has been kept long enough.
            BrinIndex(fields=["at"], name="customer_events_oldest", autosummarize=True),
        ]

    def __str__(self) -> str:
        """Return the kind and the instant."""
        return f"{self.kind} at {self.at}"


class StandingTally(models.Model):
    """How many customers have a rollup fact on a given day: what the rail's counts add up.

    Of the fact `licenses_to_renew` it is how many licenses are to renew at that date. Triggers
    keep it in the transaction of the change (`customers.tally`); it only ever grows by rows, so
    that two writers never wait for each other, and the night sums it up. `manager_id` 0 stands
    for the whole organization.
    """

    reseller_id = models.BigIntegerField()
    manager_id = models.BigIntegerField()
    fact = models.CharField(max_length=30)
    day = models.DateField()
    number = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["reseller_id", "manager_id", "fact", "day"],
                include=["number"],
                name="standing_tally_read",
            )
        ]

    def __str__(self) -> str:
        """Return the key and the number."""
        return f"{self.fact} {self.day}: {self.number}"
