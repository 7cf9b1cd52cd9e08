"""Purchase authorizations (PA): licenses to use now and order later."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authorizations.models.orders import Order
from authorizations.models.products import Product
from authorizations.models.querysets import AuthorizationManager
from authorizations.rules import status as states
from authorizations.rules.dates import AuthorizationDates
from authorizations.rules.status import GONE, PAST_DUE_FROM
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.calendar import months_to_order
from reseller_console.tenancy.models import Reseller


class PurchaseAuthorization(models.Model):
    """Licenses to use now and order later.

    Facts only; `authorizations.rules.status` derives the state, annotated as `status` by the
    default manager. The dates it was born with stay, whatever becomes of the program, unless ops
    re-date it (`authorizations.actions.redate`).
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="authorizations")
    number = models.CharField(_("PA number"), max_length=11, unique=True)
    po_number = models.CharField(_("PO number"), max_length=35, blank=True)
    created_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # The VIP admin who asked for it; blank when the reseller made it.
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # The anniversary date it counts to, and that date's original day of the month.
    counts_to = models.DateField()
    anniversary_day = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    suspends_on = models.DateField()
    lapses_on = models.DateField()
    usable_until_on = models.DateField()

    order = models.ForeignKey(
        Order, models.PROTECT, null=True, blank=True, related_name="authorizations"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    # Since when its dates, order and cancellation have been so; a trigger's
    # (`authorizations.models.earlier`).
    facts_since_on = models.DateField(null=True, blank=True, editable=False)

    # No column: the default manager annotates it, and `on(today)` for another day.
    status: str

    objects = AuthorizationManager()

    class Meta:
        ordering = ["-created_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="authorization_ordered_or_cancelled",
                condition=Q(order__isnull=True) | Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="authorization_dates_ascend",
                condition=Q(due_on__gt=F("created_on"))
                & Q(suspends_on__gte=F("due_on"))
                & Q(lapses_on__gt=F("suspends_on"))
                & Q(counts_to__gt=F("created_on"))
                & Q(usable_until_on__gte=F("counts_to")),
            ),
            models.CheckConstraint(
                name="authorization_number_shape",
                condition=Q(number__regex="^PA-[0-9A-HJKMNP-TV-Z]{8}$"),
            ),
            models.CheckConstraint(
                name="authorization_anniversary_day", condition=Q(anniversary_day__range=(1, 31))
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_on", "-id"], name="authorizations_newest"),
            # The worklist is read from it alone, whatever it filters by.
            models.Index(
                fields=["reseller", "due_on", "id"],
                include=["suspends_on", "lapses_on", "customer", "requested_by"],
                name="authorizations_worklist",
                condition=Q(order__isnull=True, cancelled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Return the PA number."""
        return self.number

    def get_absolute_url(self) -> str:
        """Return the path below which the PA's state changes live."""
        return f"/customers/{self.customer.vip_id}/authorizations/{self.number}/"

    @property
    def dates(self) -> AuthorizationDates:
        """The dates it was born with."""
        names = (field.name for field in fields(AuthorizationDates))
        return AuthorizationDates(**{name: getattr(self, name) for name in names})

    @property
    def past_due_since(self) -> dt.date:
        """The first day it is past due if no order comes."""
        return PAST_DUE_FROM.of(self)

    @property
    def lapses_straight(self) -> bool:
        """Whether it goes from Overdue to Lapsed without ever being Suspended."""
        return states.lapses_straight(self)

    @property
    def stops_on(self) -> dt.date:
        """The first day its licenses do not work if no order comes."""
        return states.stops_on(self)

    def has_lapsed_by(self, today: dt.date) -> bool:
        """Whether it is gone on `today` if no order came."""
        return GONE.of(self) <= today

    @property
    def months(self) -> int:
        """The duration to order, in whole months (rules: "Duration to order")."""
        return months_to_order(self.created_on, counts_to=self.counts_to, day=self.anniversary_day)

    @property
    def days(self) -> int:
        """The days from the PA's date to the date it counts to."""
        return (self.counts_to - self.created_on).days

    def days_until_due(self, today: dt.date) -> int:
        """Return the days left to order it; negative once it is late."""
        return (self.due_on - today).days


class AuthorizationLine(models.Model):
    """So many licenses of one product on a PA."""

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    authorization = models.ForeignKey(PurchaseAuthorization, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "product"], name="one_authorization_line_per_product"
            ),
            models.CheckConstraint(
                name="authorization_line_quantity", condition=Q(quantity__range=(1, 200_000))
            ),
        ]

    def __str__(self) -> str:
        """Return quantity and product."""
        return f"{self.quantity} × {self.product}"
