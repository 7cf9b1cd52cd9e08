"""The tenant: a reseller organization and its calendar."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from reseller_console.lib.clock import today_in
from reseller_console.tenancy.models.days import Day
from reseller_console.tenancy.models.programs import Program, ProgramTerms
from reseller_console.tenancy.models.segments import Segment, all_segments

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class TimeZoneField(models.CharField):
    """The IANA name of a time zone."""

    default_validators = [validate_time_zone]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return it as plain text, which is what migrations keep: they import nothing of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def _limit(label: _StrPromise) -> models.PositiveIntegerField[int | None, int | None]:
    """Return a column of how many at most; blank for the setting of its name in capitals."""
    return models.PositiveIntegerField(
        label, null=True, blank=True, help_text=_("Leave blank to use the console's default.")
    )


class Reseller(models.Model):
    """A reseller organization: the tenant that owns every customer and everything of theirs."""

    name = models.CharField(max_length=250, unique=True)
    program = models.ForeignKey(Program, models.PROTECT, related_name="resellers")
    time_zone = TimeZoneField(
        max_length=64,
        default="UTC",
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
    invitations_per_person_hour = _limit(_("invitations per person per hour"))
    invitations_per_person_day = _limit(_("invitations per person per day"))
    invitations_per_reseller_hour = _limit(_("invitations per team per hour"))
    invitations_per_reseller_day = _limit(_("invitations per team per day"))
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return the organization's name."""
        return self.name

    def limit(self, name: str) -> int:
        """Return a limit of this reseller: its own, else the setting of the same name."""
        own: int | None = getattr(self, name)
        default: int = getattr(settings, name.upper())
        return default if own is None else own

    def today(self) -> dt.date:
        """Return today's date on this reseller's calendar."""
        return today_in(self.time_zone)

    def terms_on(self, date: dt.date) -> ProgramTerms:
        """Return the program terms in force on `date` (reseller's calendar)."""
        return ProgramTerms.in_force(self.program_id, date)

    def day(self, today: dt.date | None = None) -> Day:
        """Return a day of this reseller, its own today unless given, with the terms in force."""
        today = today or self.today()
        return Day(today, self.terms_on(today))


def days_of_resellers() -> list[tuple[Day, list[Reseller]]]:
    """Return each day it is somewhere now, with the resellers on it; for lists that mix them.

    Programs that count alike share a day. A reseller whose program has no terms yet has none.
    """
    days: dict[tuple, tuple[Day, list[Reseller]]] = {}
    rows = Reseller.objects.select_related("program").prefetch_related("program__terms")
    for reseller in rows:
        today = reseller.today()
        terms = ProgramTerms.among(reseller.program.terms.all(), today)
        if terms is not None:
            days.setdefault((today, terms.counts), (Day(today, terms), []))[1].append(reseller)
    return list(days.values())
