"""The orders a list of customers can be in: a closed set, each one walk through an index."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import DateField, F, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.anniversary import ShownAnniversary
from reseller_console.lib.lists import Key, read_date, read_id, read_text
from reseller_console.tenancy.models import Day

NAME = Key("name_sort", F("name_sort"), read_text)
ID = Key("id", F("id"), read_id)
SEGMENT = Key("segment", F("segment"), read_text)

# Customers without an anniversary date come last in both directions.
NONE_AFTER_ALL, NONE_BEFORE_ALL = dt.date.max, dt.date.min


@dataclass(frozen=True)
class Sort:
    """One entry of the sort menu."""

    slug: str
    label: str | Promise
    leading: tuple[Key, ...] = ()
    downwards: bool = False
    by_anniversary: bool = False

    @property
    def by_name(self) -> bool:
        """Whether nothing but the name decides."""
        return not (self.leading or self.by_anniversary or self.slug == "newest")

    def keys(self, day: Day, *, derived: bool) -> list[Key]:
        """Return the keys; `derived` when dates have moved on that no one has written down."""
        if self.slug == "newest":
            return [ID]
        leading = (self.anniversary(day, derived=derived),) if self.by_anniversary else self.leading
        return [*leading, NAME, ID]

    def anniversary(self, day: Day, *, derived: bool) -> Key:
        """Return the key of the date; the stored one is indexed in just this form."""
        date = (
            ShownAnniversary(day.today, day.terms.renewal_closes_days)
            if derived
            else F("anniversary_on")
        )
        missing = NONE_BEFORE_ALL if self.downwards else NONE_AFTER_ALL
        expression = Coalesce(date, Value(missing), output_field=DateField())
        return Key("anniversary_key", expression, read_date)


USUAL = Sort("name", _("Name, A to Z"))
SORTS = {
    sort.slug: sort
    for sort in (
        USUAL,
        Sort("-name", _("Name, Z to A"), downwards=True),
        Sort("anniversary", _("Anniversary date, earliest first"), by_anniversary=True),
        Sort(
            "-anniversary",
            _("Anniversary date, latest first"),
            by_anniversary=True,
            downwards=True,
        ),
        Sort("segment", _("Segment, A to Z"), leading=(SEGMENT,)),
        Sort("-segment", _("Segment, Z to A"), leading=(SEGMENT,), downwards=True),
        Sort("newest", _("Newest first"), downwards=True),
    )
}
