"""Spans of days around an anniversary date (AD), stated by a program's terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """The days from `first` to `last`, both counted from an AD; before it they are negative."""

    first: int
    last: int

    def around(self, anniversary: dt.date) -> tuple[dt.date, dt.date]:
        """Return the window's first and last day for an AD."""
        return anniversary + dt.timedelta(self.first), anniversary + dt.timedelta(self.last)

    def anniversaries(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """Return the first and last AD whose window holds `today`."""
        return today - dt.timedelta(self.last), today - dt.timedelta(self.first)
