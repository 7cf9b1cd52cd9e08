"""Purchases that were created under the 30-day terms, and terms that replace them."""

from __future__ import annotations

import datetime as dt

import pytest

from reseller_console.tenancy.models import ProgramTerms
from reseller_console.tenancy.presets import PRESETS

# Created so many days ago, today being 2 March 2026: the state by the dates it has (30 and 60
# days), and by those of the preset "14 days" (14 and 44), worked out by hand.
AGES = {
    0: ("pending", "pending"),
    14: ("pending", "pending"),
    15: ("pending", "overdue"),
    30: ("pending", "overdue"),
    31: ("overdue", "overdue"),
    44: ("overdue", "overdue"),
    45: ("overdue", "suspended"),
    60: ("overdue", "suspended"),
    61: ("suspended", "suspended"),
}


@pytest.fixture
def aged(make_customer, buy, pinned_today):
    """One PA of each age, each of a customer of its own."""
    return {
        age: buy(str(pinned_today - dt.timedelta(age)), of=make_customer(invited_on="2025-12-01"))
        for age in AGES
    }


@pytest.fixture
def ends_soon(make_customer, buy):
    """A PA of 10 January whose term ended on 20 January: overdue, and lapsed by 14-day terms."""
    return buy("2026-01-10", of=make_customer(anniversary_on=dt.date(2026, 1, 20)))


@pytest.fixture
def fourteen(program):
    """Return a function that makes the 14-day terms, stored or only typed."""

    def made(effective_on: str = "2026-03-02", *, stored: bool = True, **counts: int):
        row = ProgramTerms(
            program=program,
            effective_on=dt.date.fromisoformat(effective_on),
            **PRESETS["14 days"] | counts,
        )
        if stored:
            row.save()
        return row

    return made
