"""The discount level of a customer's term: by the licenses it had before, or by a large order.

Levels 1 to 4 begin at 1, 10, 50 and 100 licenses that count toward the discount. A term has the
level of what was ordered of the term before, as it stood on the day before that one's renewal
window opened (AD-31), or of the largest single order for the term; the higher one, and it holds for
the term (rules section 2, "Discount level"). What was returned does not count.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from authorizations.models import Unit
from authorizations.rules import licenses
from customers.models import Customer
from reseller_console.lib.calendar import YEAR, add_months
from reseller_console.lib.reasons import Reason
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day

# From so many licenses on; the first one is level 1.
LEVELS = (1, 10, 50, 100)


def level_of(number: int) -> int:
    """Return the level of so many licenses; 0 for none."""
    return sum(number >= least for least in LEVELS)


@dataclass(frozen=True)
class Discount:
    """The level of the term in force, and what is missing to the next one.

    `ordered` licenses that count are kept of this term; on `counted_on` they are counted for the
    next one, unless that day is over. `level` is 0 while nothing that counts was ordered.
    """

    level: int
    ordered: int
    counted_on: dt.date
    is_counted: bool
    # What gives the level: licenses that counted of the term before, the largest order of this one.
    before: int
    largest: int
    began_on: dt.date
    ends_on: dt.date

    @property
    def next_level(self) -> int | None:
        """The next level; None on the highest."""
        return self.level + 1 if self.level < len(LEVELS) else None

    @property
    def single_order(self) -> int | None:
        """How many licenses one order must have to reach the next level in this term."""
        return LEVELS[self.level] if self.next_level else None

    @property
    def coming(self) -> int:
        """The level the next term has by what was ordered so far."""
        return level_of(self.ordered)

    @property
    def after_coming(self) -> int:
        """The level after `coming`, which `more` licenses reach."""
        return self.coming + 1

    @property
    def reason(self) -> Reason:
        """Why the term has its level, until when, and who can change it."""
        facts = {
            "level": self.level,
            "before": f"{self.before:,}",
            "began": long_date(self.began_on),
            "largest": f"{self.largest:,}",
            "ends": long_date(self.ends_on),
            "counted": long_date(self.counted_on),
            "ordered": f"{self.ordered:,}",
        }
        because = _(
            "Of the term before %(began)s, %(before)s licenses that count were kept when they were"
            " counted; the largest order of this term has %(largest)s. The higher of the two gives"
            " the level."
        )
        counted = _("The level holds until %(ends)s. By %(counted)s, %(ordered)s licenses counted.")
        counting = _(
            "The level holds until %(ends)s. On %(counted)s the licenses of this term, %(ordered)s"
            " by now, are counted for the next one."
        )
        return Reason(
            because % facts,
            (counted if self.is_counted else counting) % facts,
            _("An order an account manager records can raise it; a return takes its part off."),
        )

    @property
    def more(self) -> int | None:
        """How many more licenses, by `counted_on`, give the next term the level after `coming`.

        None where there is none, and once they have been counted.
        """
        if self.is_counted or self.coming == len(LEVELS):
            return None
        return LEVELS[self.coming] - self.ordered


@dataclass(frozen=True)
class _Bought:
    """What a customer keeps of one order for one term, of products that count."""

    counts_to: dt.date
    ordered_on: dt.date
    number: int


# It is SQL because what is kept of a line is a block of it (decision 0007).
_BOUGHT = """
SELECT line.customer_id, line.counts_to, line.ordered_on, sum(line.kept)
FROM line JOIN authorizations_product p ON p.id = line.product_id
WHERE p.counts_toward_discount GROUP BY line.customer_id, line.counts_to, line.ordered_on,
    line.order_id
"""
_SCOPE = "l.reseller_id = %(reseller)s AND l.customer_id = ANY(%(customers)s)"


def discounts_of(customers: Sequence[Customer], day: Day) -> dict[int, Discount]:
    """Return the discount of customers of one reseller by their ids; one query.

    They come with `anniversary`, the date on that day (`CustomerQuerySet.shown_on`); those without
    a date are left out.
    """
    dated = [row for row in customers if row.anniversary is not None]
    bought = _bought(dated) if dated else {}
    return {row.pk: _discount(row, bought.get(row.pk, []), day) for row in dated}


def _bought(customers: Sequence[Customer]) -> dict[int, list[_Bought]]:
    found: dict[int, list[_Bought]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {licenses.rest(_SCOPE)} {_BOUGHT}",
            {
                "reseller": customers[0].reseller_id,
                "customers": [row.pk for row in customers],
                "today": None,
                "consumables": list(Unit.CONSUMABLES),
            },
        )
        for customer, counts_to, ordered_on, number in cursor.fetchall():
            found[customer].append(_Bought(counts_to, ordered_on, int(number)))
    return found


def _discount(customer: Customer, bought: Sequence[_Bought], day: Day) -> Discount:
    ends_on = customer.anniversary
    if ends_on is None:
        raise ValueError("A customer without an anniversary date has no term.")
    began_on = add_months(ends_on, -YEAR, day=customer.anniversary_day)
    before = _counted(bought, began_on, by=_counted_on(began_on, day))
    largest = max((row.number for row in bought if row.counts_to == ends_on), default=0)
    counted_on = _counted_on(ends_on, day)
    return Discount(
        level=max(level_of(before), level_of(largest)),
        ordered=_counted(bought, ends_on, by=counted_on),
        counted_on=counted_on,
        is_counted=day.today > counted_on,
        before=before,
        largest=largest,
        began_on=began_on,
        ends_on=ends_on,
    )


def _counted_on(anniversary: dt.date, day: Day) -> dt.date:
    """Return the day before the renewal window of an AD opens: AD-31 by the usual terms."""
    return day.terms.renewal_window.around(anniversary)[0] - dt.timedelta(days=1)


def _counted(bought: Sequence[_Bought], anniversary: dt.date, *, by: dt.date) -> int:
    """Return how many licenses of a term were ordered by a day."""
    return sum(
        row.number for row in bought if row.counts_to == anniversary and row.ordered_on <= by
    )
