"""Orders: purchases that were placed with the vendor."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authorizations.models.products import Product
from authorizations.models.querysets import OrderLineQuerySet
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
    returned_quantity = models.PositiveIntegerField(default=0)
    starts_on = models.DateField(help_text=_("The first day its licenses are usable."))
    counts_to = models.DateField(help_text=_("The anniversary date its term ends at."))
    usable_until_on = models.DateField(help_text=_("The last day its licenses are usable."))
    renews_on = models.DateField(null=True, blank=True)
    # This order completes the renewal of `renews_on`: what is not renewed is dropped.
    completes_renewal = models.BooleanField(default=False)

    objects = models.Manager.from_queryset(OrderLineQuerySet)()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="order_line_quantity", condition=Q(quantity__range=(1, 200_000))
            ),
            models.CheckConstraint(
                name="order_line_returned", condition=Q(returned_quantity__lte=F("quantity"))
            ),
            models.CheckConstraint(
                name="order_line_completes_what_it_renews",
                condition=Q(completes_renewal=False) | Q(renews_on__isnull=False),
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

    @property
    def kept(self) -> int:
        """The licenses that were not returned."""
        return self.quantity - self.returned_quantity

    def __str__(self) -> str:
        """Return quantity and product."""
        return f"{self.quantity} × {self.product}"
