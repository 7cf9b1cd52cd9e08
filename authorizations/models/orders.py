"""Orders: purchases that were placed with the vendor, and what of them was returned."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authorizations.models.products import Product
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Reseller


class Order(models.Model):
    """A purchase that was placed with the vendor; it may cover several PAs and customers."""

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="orders")
    number = models.CharField(_("order number"), max_length=35)
    number_key = models.CharField(max_length=70, editable=False)
    ordered_on = models.DateField(_("order date"))
    return_until_on = models.DateField(help_text=_("The last day it can be returned."))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reseller", "number_key"],
                name="one_order_per_number",
                violation_error_message=_("An order with this number is recorded already."),
            ),
            models.CheckConstraint(
                name="order_returned_after_its_date",
                condition=Q(return_until_on__gte=F("ordered_on")),
            ),
        ]

    def __str__(self) -> str:
        """Return the order number."""
        return self.number

    def get_absolute_url(self) -> str:
        """Return the path of the order's page."""
        return f"/orders/{self.pk}/"

    @property
    def return_days(self) -> int:
        """How many days after its date it could be returned."""
        return (self.return_until_on - self.ordered_on).days

    def may_be_returned(self, today: dt.date) -> bool:
        """Whether its return window is open on `today`: up to and including the last day."""
        return today <= self.return_until_on


class OrderLineQuerySet(models.QuerySet):
    """Lines of orders."""

    def with_kept(self) -> OrderLineQuerySet:
        """Annotate `kept`, the licenses that were not returned."""
        returned = Coalesce(Sum("returns__quantity"), Value(0))
        return self.annotate(kept=F("quantity") - returned)

    def kept(self) -> OrderLineQuerySet:
        """Lines of which something was not returned."""
        return self.with_kept().filter(kept__gt=0)


class OrderLine(models.Model):
    """Paid licenses of one product for one customer and one term.

    `authorization` is the PA it pays for; `renews_on` the anniversary date whose licenses
    it renews; neither for a direct order.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="order_lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    authorization = models.ForeignKey(
        "authorizations.PurchaseAuthorization",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="order_lines",
    )
    quantity = models.PositiveIntegerField()
    starts_on = models.DateField(help_text=_("The first day its licenses are usable."))
    counts_to = models.DateField(help_text=_("The anniversary date its term ends at."))
    usable_until_on = models.DateField(help_text=_("The last day its licenses are usable."))
    renews_on = models.DateField(null=True, blank=True)

    # No column: `with_kept` annotates it.
    kept: int

    objects = models.Manager.from_queryset(OrderLineQuerySet)()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="order_line_quantity", condition=Q(quantity__range=(1, 200_000))
            ),
            models.CheckConstraint(
                name="order_line_dates_ascend",
                condition=Q(starts_on__lt=F("counts_to"))
                & Q(usable_until_on__gte=F("counts_to"))
                & (Q(renews_on__isnull=True) | Q(renews_on__lt=F("counts_to"))),
            ),
            models.UniqueConstraint(
                fields=["authorization", "product"],
                name="one_order_line_per_line_of_authorization",
                condition=Q(authorization__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "counts_to"], name="order_lines_of_customer"),
            models.Index(fields=["reseller", "usable_until_on"], name="order_lines_ending"),
        ]

    def __str__(self) -> str:
        """Return quantity and product."""
        return f"{self.quantity} × {self.product}"


class ReturnedLine(models.Model):
    """Licenses of an order line that went back, by the number the vendor allowed it under.

    A line may go back in parts; they add up.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    order_line = models.ForeignKey(OrderLine, models.CASCADE, related_name="returns")
    quantity = models.PositiveIntegerField()
    number = models.CharField(_("return authorization number"), max_length=35)
    number_key = models.CharField(max_length=70, editable=False)
    returned_on = models.DateField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order_line", "number_key"], name="one_return_per_line_and_number"
            ),
            models.CheckConstraint(name="returned_line_quantity", condition=Q(quantity__gte=1)),
        ]
        indexes = [models.Index(fields=["reseller", "number_key"], name="returns_by_number")]

    def __str__(self) -> str:
        """Return the number and how many went back."""
        return f"{self.number}: {self.quantity} of {self.order_line}"


class DroppedRenewal(models.Model):
    """Licenses of a term that are not renewed, as an order said it completes the renewal.

    So many of a product were left to renew at `anniversary_on` that day. Void once the customer's
    lines of the order have all been returned (`authorizations.rules.licenses`).
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.CASCADE, related_name="dropped")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    anniversary_on = models.DateField()
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "customer", "product"], name="one_dropped_renewal_per_product"
            ),
            models.CheckConstraint(name="dropped_renewal_quantity", condition=Q(quantity__gte=1)),
        ]
        indexes = [models.Index(fields=["customer"], name="dropped_renewals_of_customer")]

    def __str__(self) -> str:
        """Return quantity and product."""
        return f"{self.quantity} × {self.product}"
