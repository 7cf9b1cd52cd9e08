"""A day of a reseller: its date and the program terms in force on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from reseller_console.tenancy.models.programs import ProgramTerms


@dataclass(frozen=True)
class Day:
    """Today and the program terms in force today: all a filter needs beside the facts.

    `is_past` where the tables are read as they stood at the end of an earlier day.
    """

    today: dt.date
    terms: ProgramTerms
    is_past: bool = False

    def after(self, days: int) -> dt.date:
        """Return the date `days` days from today."""
        return self.today + dt.timedelta(days=days)

    def ready_span(self) -> tuple[dt.date, dt.date]:
        """Return the first and last anniversary date whose renewal window holds today."""
        return self.terms.renewal_window.anniversaries(self.today)

    def upcoming_span(self) -> tuple[dt.date, dt.date]:
        """Return the first and last anniversary date whose window opens soon."""
        return self.terms.upcoming_window.anniversaries(self.today)
