"""The tenant: a reseller organization, its calendar and the terms of its program."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reseller_console.lib.clock import today_in
from reseller_console.tenancy.segments import Segment, all_segments


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class Program(models.Model):
    """A named set of terms that resellers work under."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        """Return the name ops know it by."""
        return self.name

    def terms_on(self, date: dt.date) -> ProgramTerms:
        """Return the terms in force on `date`, the earliest ones for dates before them all.

        Raises ProgramTerms.DoesNotExist when ops have entered none.
        """
        return ProgramTerms.in_force(self.pk, date)


class ProgramTerms(models.Model):
    """The day counts of a program from one date on; all in days."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="terms")
    effective_on = models.DateField(help_text=_("The first day these terms are in force."))
    order_due_days = models.PositiveSmallIntegerField(
        default=30, help_text=_("A purchase authorization must be ordered within so many days.")
    )
    suspended_after_days = models.PositiveSmallIntegerField(
        default=60,
        help_text=_("Its licenses stop working after so many days; at least twice the above."),
    )
    renewal_opens_days = models.PositiveSmallIntegerField(
        default=30,
        help_text=_("The renewal window opens so many days before the anniversary date."),
    )
    renewal_closes_days = models.PositiveSmallIntegerField(
        default=30, help_text=_("The renewal window ends so many days after the anniversary date.")
    )
    upcoming_days = models.PositiveSmallIntegerField(
        default=59, help_text=_("Upcoming begins so many days before the renewal window opens.")
    )
    return_days = models.PositiveSmallIntegerField(
        default=14, help_text=_("An order can be returned up to so many days after its date.")
    )
    invitation_days = models.PositiveSmallIntegerField(
        default=30, help_text=_("An invitation link works up to so many days after it was sent.")
    )

    class Meta:
        verbose_name_plural = "program terms"
        ordering = ["program", "-effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "effective_on"], name="one_set_of_terms_per_day"
            ),
            models.CheckConstraint(
                name="suspended_after_twice_due",
                condition=Q(suspended_after_days__gte=2 * F("order_due_days")),
                violation_error_message=_(
                    "Suspended after must be at least twice the days an order may take."
                ),
            ),
            models.CheckConstraint(
                name="terms_days_positive",
                condition=Q(order_due_days__gt=0, renewal_opens_days__gt=0, invitation_days__gt=0),
                violation_error_message=_("These day counts must be at least 1."),
            ),
        ]

    @classmethod
    def in_force(cls, program_id: int, date: dt.date) -> ProgramTerms:
        """Return a program's terms on `date`, the earliest ones for dates before them all.

        Raises ProgramTerms.DoesNotExist when ops have entered none.
        """
        rows = sorted(
            cls._default_manager.filter(program_id=program_id),
            key=lambda row: row.effective_on,
        )
        if not rows:
            raise cls.DoesNotExist(f"Program {program_id} has no terms.")
        return [rows[0], *(row for row in rows if row.effective_on <= date)][-1]

    def __str__(self) -> str:
        """Return the program and the first day, as ops list them."""
        return f"{self.program} from {self.effective_on}"


class Reseller(models.Model):
    """A reseller organization: the tenant that owns every customer and everything of theirs."""

    name = models.CharField(max_length=250, unique=True)
    program = models.ForeignKey(Program, models.PROTECT, related_name="resellers")
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("IANA name, such as Europe/Tallinn: business dates follow this calendar."),
    )
    segments = ArrayField(
        models.CharField(max_length=3, choices=Segment.choices),
        default=all_segments,
        help_text=_("The market segments this reseller may sell to."),
    )
    support_chat_url = models.URLField(blank=True)
    support_phone = models.CharField(max_length=40, blank=True)
    support_email = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return the organization's name."""
        return self.name

    def today(self) -> dt.date:
        """Return today's date on this reseller's calendar."""
        return today_in(self.time_zone)

    def terms_on(self, date: dt.date) -> ProgramTerms:
        """Return the program terms in force on `date` (reseller's calendar)."""
        return ProgramTerms.in_force(self.program_id, date)


class Submission(models.Model):
    """A form that was sent once already, and where that led.

    The browser sends the form's key with it; the database lets one of several identical
    submissions act and tells the others where the first one went.
    """

    key = models.UUIDField(primary_key=True)
    leads_to = models.CharField(max_length=500)
    submitted_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return the key."""
        return str(self.key)


class VipTerms(models.Model):
    """A version of the VIP terms that a customer's admin accepts.

    A draft until `published_at`; from then on its words never change, grow or go, nor does the
    version itself (triggers see to it): what was accepted stays readable. The newest published
    version is in force.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="vip_terms")
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("VIP terms")
        verbose_name_plural = _("VIP terms")
        ordering = ["program", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "version"], name="one_vip_terms_per_version"
            ),
        ]

    def __str__(self) -> str:
        """Return the program and the version."""
        return f"{self.program}, version {self.version}"


class VipTermsText(models.Model):
    """The words of a version in one language; plain text, paragraphs parted by a blank line."""

    terms = models.ForeignKey(VipTerms, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    body = models.TextField(_("text"))

    class Meta:
        ordering = ["terms", "language"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "language"], name="one_text_per_language"),
        ]

    def __str__(self) -> str:
        """Return the version and the language."""
        return f"{self.terms}, {self.language}"
