"""One fact of a customer in words, whatever its kind: in a cell of the page and of the file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from customers.customer_list.columns import Fact
from reseller_console.accounts.models import User
from reseller_console.lib.wording import moment, short_date

# A cell of the page with nothing in it.
NONE = "–"


def zone_of(user: User) -> ZoneInfo:
    """Return the time zone in which a user reads instants: the reseller's, or UTC for ops."""
    return ZoneInfo(user.reseller.time_zone if user.reseller else "UTC")


class Values:
    """The values of one fact; its labels are translated once per page or file.

    Instants are written in `zone`, the reseller's time zone.
    """

    def __init__(self, fact: Fact, zone: ZoneInfo) -> None:
        self.zone = zone
        self.labels = {choice.value: str(choice.label) for choice in fact.choices or ()}
        self.flags = {True: str(_("yes")), False: str(_("no"))}

    def on_page(self, value: object) -> str:
        """Return a value as people read it; an en dash for none."""
        if isinstance(value, (list, tuple)):
            return ", ".join(map(self.on_page, value)) or NONE
        if (known := self._word(value)) is not None:
            return known or NONE
        if isinstance(value, dt.datetime):
            return moment(value.astimezone(self.zone))
        if isinstance(value, dt.date):
            return short_date(value)
        if isinstance(value, (int, float, Decimal)):
            return number_format(value, use_l10n=True, force_grouping=True)
        return str(value)

    def in_file(self, value: object) -> object:
        """Return a value as files have it: dates, instants of the zone, numbers, blank for none."""
        if isinstance(value, (list, tuple)):
            return ", ".join(str(self.in_file(part)) for part in value)
        if (known := self._word(value)) is not None:
            return known
        if isinstance(value, dt.datetime):
            return value.astimezone(self.zone).replace(second=0, microsecond=0, tzinfo=None)
        return value

    def _word(self, value: object) -> str | None:
        """Return a text, a label, yes or no, "" for none; None for what is written by its kind."""
        if value is None:
            return ""
        if self.labels and value in self.labels:
            return self.labels[value]
        if isinstance(value, bool):  # Before numbers: 1 is a number, and equal to True.
            return self.flags[value]
        return value if isinstance(value, str) else None
