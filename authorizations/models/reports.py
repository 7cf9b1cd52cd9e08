"""Order reports of distributors: the file, who sent it, and what each of its lines means."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone

from authorizations.models.authorizations import PurchaseAuthorization
from authorizations.models.orders import Order
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.states import StateChoices
from reseller_console.tenancy.models import Reseller


class Outcome(StateChoices):
    """What a line of a report is, compared with what is known here."""

    MATCHED = "matched", "good", "Its order can be recorded.", "Matched"
    HELD = "held", "warn", "Another line of its order cannot be recorded.", "Held back"
    RECORDED = "recorded", "quiet", "Its order has it already.", "Recorded already"
    DUPLICATE = "duplicate", "quiet", "The file has it twice.", "Duplicate"
    QUANTITY = "quantity", "warn", "What is known here has another number.", "Different quantity"
    MISSING = "missing", "warn", "The file has only a part of it.", "Missing lines"
    UNKNOWN = "unknown", "bad", "What it names is not known here.", "Unknown"
    REFUSED = "refused", "bad", "It cannot be recorded.", "Refused"


class ReportSender(models.Model):
    """Somebody who sends order reports, and what the columns of those are called.

    `columns` has the head in the file by our column; ours that are not in it go by known words.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=160, editable=False)
    columns = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reseller", "name_key"], name="one_report_sender_per_name"
            ),
        ]

    def __str__(self) -> str:
        """Return the sender's name."""
        return self.name


class OrderReport(models.Model):
    """A file of a sender, as it was uploaded; `content` is blank once its orders are recorded.

    Facts only: uploaded, read up to a line, compared, asked to be recorded, recorded.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    sender = models.ForeignKey(ReportSender, models.PROTECT, related_name="reports")
    file_name = models.CharField(max_length=120)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    # How many lines have been read so far: what progress is told by.
    lines_read = models.PositiveIntegerField(default=0)
    # Why it cannot be read; the columns have to be chosen, or the file is none.
    fault = models.TextField(blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    orders_recorded = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="report_recorded_when_asked",
                condition=Q(recorded_at__isnull=True) | Q(asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_asked_when_compared",
                condition=Q(asked_at__isnull=True) | Q(compared_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["reseller", "-uploaded_at"], name="reports_newest")]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.file_name

    def get_absolute_url(self) -> str:
        """Return the path of the report's page."""
        return f"/orders/reports/{self.pk}/"

    @property
    def is_at_work(self) -> bool:
        """Whether it is being read, compared or recorded, or waits for that."""
        if self.fault:
            return False
        return self.compared_at is None or (self.asked_at is not None and self.recorded_at is None)

    @property
    def may_be_recorded(self) -> bool:
        """Whether it has been compared, and nobody has asked to record it yet."""
        return self.compared_at is not None and self.asked_at is None

    @classmethod
    def uploaded_before(cls, before: dt.datetime) -> models.QuerySet[OrderReport]:
        """Return the reports that were uploaded before an instant."""
        return cls._default_manager.filter(uploaded_at__lt=before)


class ReportLine(models.Model):
    """A line of a report as it was read, and what it was found to be.

    `explanation` is the sentence for people. `order` is the one it is recorded in.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    report = models.ForeignKey(OrderReport, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    order_number = models.CharField(max_length=35, blank=True)
    ordered_on = models.DateField(null=True, blank=True)
    authorization_number = models.CharField(max_length=35, blank=True)
    po_number = models.CharField(max_length=35, blank=True)
    vip_id = models.CharField(max_length=35, blank=True)
    product = models.CharField(max_length=120, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    # Why it could not be read, if so.
    fault = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    explanation = models.TextField(blank=True)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    authorization = models.ForeignKey(
        PurchaseAuthorization, models.SET_NULL, null=True, related_name="+"
    )
    order = models.ForeignKey(Order, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["line", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "line"], name="one_report_line_per_line"),
        ]
        indexes = [models.Index(fields=["report", "outcome", "line"], name="report_lines_of")]

    @property
    def state(self) -> Outcome | None:
        """What the line is; None until it has been compared."""
        return Outcome(self.outcome) if self.outcome else None

    def __str__(self) -> str:
        """Return the number of the line."""
        return str(self.line)
