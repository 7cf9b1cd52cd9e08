"""The outbox: every email the console owes somebody, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.delivery import OUTCOMES, UNDECIDED, EmailQuerySet
from notifications.tracking.reasons import Reason
from reseller_console.tenancy.models import Reseller


class Email(models.Model):
    """An email to one person.

    The row is written in the transaction of what it tells about and is the truth; the
    broker only wakes the sender. What happened is stored as instants; the delivery state
    is derived from them (`notifications.delivery`).
    """

    reseller = models.ForeignKey(
        Reseller, models.PROTECT, null=True, blank=True, related_name="emails"
    )
    # Two rows of one key would be the same email twice.
    key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=60, help_text=_("Names the template."))
    about = models.CharField(
        max_length=40, blank=True, help_text=_("What the email belongs to, such as a VIP ID.")
    )
    to_address = models.CharField(max_length=240)
    to_name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, default="en")
    context = models.JSONField(default=dict, blank=True)
    # Secret links are made when the email is sent or shown and are never stored.
    subject = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # Since when its words and facts are no longer kept (`notifications.retention`).
    words_removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    not_before_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    # When the email first went to the provider without a clear answer: while this is set on
    # an undecided email, the provider may have it already.
    handed_over_at = models.DateTimeField(null=True, blank=True)
    # Grows when somebody decides to send once more; a provider that remembers keys sees a new one.
    sending = models.PositiveSmallIntegerField(default=1, db_default=1)
    # Who sent it again or skipped it, and when: [{"at", "by", "what"}, ...].
    decisions = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    unknown_at = models.DateTimeField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)
    # The provider had taken the email and then would not send it after all.
    refused_at = models.DateTimeField(null=True, blank=True)
    # Why it came back, where it did.
    return_reason = models.CharField(
        max_length=20, blank=True, default="", db_default="", choices=Reason.choices
    )

    # No column: `with_delivery` annotates it.
    delivery: str

    objects = models.Manager.from_queryset(EmailQuerySet)()

    class Meta:
        verbose_name = _("email")
        ordering = ["-queued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="one_outcome_per_email",
                condition=LessThanOrEqual(
                    Func(
                        *OUTCOMES,
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
            ),
        ]
        indexes = [
            # Each tenant's waiting emails, oldest first (`notifications.sending.claims`).
            models.Index(
                Coalesce(F("reseller"), Value(0)),
                "not_before_at",
                "id",
                name="emails_by_turn",
                condition=UNDECIDED,
            ),
            models.Index(
                fields=["handed_over_at"],
                name="emails_on_their_way",
                condition=UNDECIDED & Q(handed_over_at__isnull=False),
            ),
            models.Index(fields=["reseller", "about", "-queued_at"], name="emails_about"),
            models.Index(fields=["provider_id"], name="emails_by_provider_id"),
            models.Index(fields=["-queued_at", "-id"], name="emails_newest"),
            models.Index(
                fields=["queued_at"],
                name="emails_with_words",
                condition=Q(words_removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Return the email and whom it goes to."""
        return f"{self.template} to {self.to_address}"


class TrackingEvent(models.Model):
    """What the mail provider told about an email it had taken.

    Each is kept for some days, so that a copy is known again, and so that one that comes
    before the sender has written down the provider's name of the email can wait for it.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, null=True, blank=True, related_name="+")
    email = models.ForeignKey(Email, models.CASCADE, null=True, blank=True, related_name="+")
    provider = models.CharField(max_length=30)
    event_id = models.CharField(max_length=100)
    provider_id = models.CharField(
        max_length=200, blank=True, help_text=_("The provider's name of the email.")
    )
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, blank=True, choices=Reason.choices)
    words = models.CharField(max_length=500, blank=True, help_text=_("As the provider put it."))
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="one_event_per_id"),
        ]
        indexes = [
            models.Index(
                fields=["provider_id"],
                name="events_that_wait",
                condition=Q(applied_at__isnull=True),
            ),
            models.Index(fields=["received_at"], name="events_oldest"),
        ]

    def __str__(self) -> str:
        """Return what happened and to which of the provider's emails."""
        return f"{self.kind}: {self.provider_id}"


class Suppression(models.Model):
    """An address to which nothing more is sent, until ops clear it.

    It holds inside one tenant (blank: emails about accounts of no reseller), so that what
    became of one reseller's emails never shows in another's.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=240)
    address_key = models.CharField(max_length=500, editable=False)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    words = models.CharField(max_length=500, blank=True, help_text=_("As the provider put it."))
    since_at = models.DateTimeField()
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    # Whoever cleared it; accounts are none of this app's business.
    cleared_by = models.CharField(max_length=254, blank=True)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-since_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reseller", "address_key"],
                name="one_suppression_per_address",
                condition=Q(cleared_at__isnull=True),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["reseller", "address_key", "-cleared_at"], name="suppressions_of"),
            models.Index(fields=["-since_at", "-id"], name="suppressions_newest"),
        ]

    def __str__(self) -> str:
        """Return the address."""
        return self.address
