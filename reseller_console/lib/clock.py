"""What day it is: the only module that asks.

Business rules use dates in the reseller's time zone. `CONSOLE_TODAY=YYYY-MM-DD` in the
environment pins the day everywhere (demonstrations, tests, reports of faults). Instants
("recorded at") are real time in any case and are stored in UTC.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateField, Func, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


def parse_override(text: str) -> dt.date | None:
    """Return the date in `text`, or None for blank text.

    Raises ValueError when it is not a date of the form YYYY-MM-DD.
    """
    return dt.date.fromisoformat(text) if text.strip() else None


def today_in(time_zone: str) -> dt.date:
    """Return today's date in an IANA time zone such as "Europe/Tallinn"."""
    if settings.CONSOLE_TODAY is not None:
        return settings.CONSOLE_TODAY
    return timezone.now().astimezone(ZoneInfo(time_zone)).date()


def date_of(instant: dt.datetime, time_zone: str) -> dt.date:
    """Return the date of an instant in an IANA time zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


class TodayIn(Func):
    """Today's date in the time zone that an expression names, judged row by row.

    For lists that mix resellers (admin, night). The override is read when the SQL is
    compiled, not when the queryset is made.
    """

    function = None
    template = "(statement_timestamp() AT TIME ZONE %(expressions)s)::date"
    output_field = DateField()

    def __init__(self, time_zone: Combinable | str) -> None:
        super().__init__(time_zone)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Compile to the override's date, or to the row's own calendar."""
        if settings.CONSOLE_TODAY is not None:
            return compiler.compile(Value(settings.CONSOLE_TODAY, output_field=DateField()))
        return super().as_sql(compiler, connection, *args, **extra)
