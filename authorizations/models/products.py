"""The program's catalog."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from authorizations.models.units import Unit
from customers.models import Customer, Offering
from reseller_console.tenancy.models import Segment, all_segments


class Product(models.Model):
    """An entry of the program's catalog."""

    name = models.CharField(max_length=120)
    family = models.CharField(max_length=60)
    offering = models.CharField(max_length=10, choices=Offering.choices)
    segments = ArrayField(
        models.CharField(max_length=3, choices=Segment.choices), default=all_segments
    )
    unit = models.CharField(max_length=12, choices=Unit.choices, default=Unit.USER)
    minimum_quantity = models.PositiveIntegerField(default=1)
    by_authorization = models.BooleanField(
        _("available by PA"),
        default=True,
        help_text=_("Otherwise the dialog says to order it directly."),
    )
    counts_toward_discount = models.BooleanField(default=True)
    retired_on = models.DateField(
        null=True, blank=True, help_text=_("From this day on it is not offered any more.")
    )

    class Meta:
        ordering = ["family", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "offering"], name="one_product_per_name"),
            models.CheckConstraint(
                name="consumables_ordered_directly",
                condition=~Q(unit__in=Unit.CONSUMABLES) | Q(by_authorization=False),
                violation_error_message=_("Consumables are never available by PA."),
            ),
            models.CheckConstraint(
                name="product_minimum_positive", condition=Q(minimum_quantity__gte=1)
            ),
        ]

    def __str__(self) -> str:
        """Return the product's name."""
        return self.name

    @property
    def most_licenses(self) -> int:
        """The largest quantity of one line."""
        return Offering(self.offering).most_licenses

    def sold_to(self, customer: Customer, *, today: dt.date) -> bool:
        """Whether the catalog offers it to the customer: segment, offering type, not retired."""
        retired = self.retired_on is not None and self.retired_on <= today
        fits = customer.segment in self.segments and self.offering in customer.offerings
        return fits and not retired

    @property
    def given_to_people(self) -> bool:
        """Whether its licenses are given to people by name."""
        return Unit(self.unit).given_to_people
