"""Days on which something begins, the same for Python and for SQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, Func, Q
from django.db.models.expressions import Combinable


class DaysLater(Func):
    """A date expression moved by a number of days."""

    output_field = DateField()

    def __init__(self, date: Combinable, days: int) -> None:
        super().__init__(date, template=f"(%(expressions)s + ({days:d}))")


@dataclass(frozen=True)
class Edge:
    """The day `days` days after (before, when negative) the date in a column of the row."""

    column: str
    days: int = 0

    def of(self, row: Any) -> dt.date:
        """Return the day for one row."""
        date: dt.date = getattr(row, self.column)
        return date + dt.timedelta(days=self.days)

    def earlier(self, days: int) -> Edge:
        """Return the day a number of days before."""
        return Edge(self.column, self.days - days)

    def reached(self, today: dt.date | Combinable) -> Q:
        """Return the condition that the day has come; a plain comparison of the column."""
        latest = (
            today - dt.timedelta(days=self.days)
            if isinstance(today, dt.date)
            else DaysLater(today, -self.days)
        )
        return Q(**{f"{self.column}__lte": latest})

    def __format__(self, table: str) -> str:
        """Return it as SQL, of a table's alias if one is named: `{edge}`, `{edge:pa}`."""
        column = f"{table}.{self.column}" if table else self.column
        return f"({column} + ({self.days:d}))" if self.days else column


@dataclass(frozen=True)
class Later:
    """The later one of two days."""

    one: Edge
    other: Edge

    def of(self, row: Any) -> dt.date:
        """Return the day for one row."""
        return max(self.one.of(row), self.other.of(row))

    def __format__(self, table: str) -> str:
        """Return it as SQL, of a table's alias if one is named."""
        return f"greatest({self.one:{table}}, {self.other:{table}})"
