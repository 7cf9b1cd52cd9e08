"""The rollup facts of a customer: what they are, and when two of them say the same."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from reseller_console.tenancy.models import Day


class Facts(NamedTuple):
    """The rollup facts of a customer; None for what does not come automatically."""

    products_from_on: dt.date | None
    no_products_from_on: dt.date | None
    pending_until_on: dt.date | None
    past_due_from_on: dt.date | None
    past_due_until_on: dt.date | None
    past_due_again_from_on: dt.date | None
    past_due_again_until_on: dt.date | None
    renewal_on: dt.date | None
    renewal_licenses: int | None
    next_renewal_on: dt.date | None
    next_renewal_licenses: int | None
    anniversary_on: dt.date | None
    renewed_anniversary_on: dt.date | None
    renewed_from_on: dt.date | None
    requested_until_on: dt.date | None

    def answers(self, day: Day) -> tuple[object, ...]:
        """Return what they answer today and later: two ways to say it are one answer.

        A span that is over counts as none, a beginning in the past as "by now".
        """
        today, near = day.today, day.ready_span()[0]
        late = [
            (_by_now(first, today), last)
            for first, last in (
                (self.past_due_from_on, self.past_due_until_on),
                (self.past_due_again_from_on, self.past_due_again_until_on),
            )
            if _unless_over(last, today)
        ]
        renewals = [
            (self.renewal_on, self.renewal_licenses),
            (self.next_renewal_on, self.next_renewal_licenses),
        ]
        renewed = self.renewed_anniversary_on
        return (
            _unless_over(self.products_from_on, day.after(1)),
            _by_now(self.no_products_from_on, today),
            _unless_over(self.pending_until_on, today),
            late,
            [(date, licenses) for date, licenses in renewals if date and date >= near],
            (renewed, self.renewed_from_on) if renewed and renewed >= near else None,
            _unless_over(self.requested_until_on, today),
        )


def _by_now(date: dt.date | None, today: dt.date) -> dt.date | None:
    return max(date, today) if date else None


def _unless_over(date: dt.date | None, today: dt.date) -> dt.date | None:
    return date if date and date >= today else None
