"""Programs: named sets of terms that resellers work under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reseller_console.tenancy.models.windows import Window


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
        rows = cls._default_manager.filter(program_id=program_id)
        found = cls.among(rows, date)
        if found is None:
            raise cls.DoesNotExist(f"Program {program_id} has no terms.")
        return found

    @staticmethod
    def among(rows: Iterable[ProgramTerms], date: dt.date) -> ProgramTerms | None:
        """Return which of a program's terms are in force on `date`; None where there are none."""
        ordered = sorted(rows, key=lambda row: row.effective_on)
        begun = [row for row in ordered if row.effective_on <= date]
        return next(iter([*begun[-1:], *ordered[:1]]), None)

    def __str__(self) -> str:
        """Return the program and the first day, as ops list them."""
        return f"{self.program} from {self.effective_on}"

    @property
    def counts(self) -> tuple[int, ...]:
        """The day counts alone: programs that have the same ones count alike."""
        own = {"id", "program", "effective_on"}
        fields = [field for field in self._meta.concrete_fields if field.name not in own]
        return tuple(getattr(self, field.attname) for field in fields)

    @property
    def renewal_window(self) -> Window:
        """When a term can be renewed: AD-30 to AD+30 by the usual terms (rules section 2)."""
        return Window(-self.renewal_opens_days, self.renewal_closes_days)

    @property
    def upcoming_window(self) -> Window:
        """When a renewal is announced: AD-89 to AD-31 by the usual terms, before the window."""
        opens = self.renewal_window.first
        return Window(opens - self.upcoming_days, opens - 1)

    def usable_until(self, anniversary: dt.date) -> dt.date:
        """Return the last day on which licenses of the term that ends at an AD are usable."""
        return self.renewal_window.around(anniversary)[1]

    def return_until(self, ordered_on: dt.date) -> dt.date:
        """Return the last day on which an order of that date can be returned."""
        return ordered_on + dt.timedelta(days=self.return_days)

    def rolls_on(self, anniversary: dt.date) -> dt.date:
        """Return the day an AD moves on by itself, renewed or not; licenses left are gone then."""
        return self.usable_until(anniversary) + dt.timedelta(days=1)
