"""The instants of the demonstration: all of them lie before the one at which it is loaded."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

# The last minute of a day at which anything is told, and then some for what follows from it.
LATEST_MINUTE = 23 * 60
_LAST = dt.timedelta(minutes=LATEST_MINUTE + 55)


class Calendar:
    """Days and instants of one time zone, up to `moment`: that of loading.

    Where `CONSOLE_TODAY` pins another day than the clock shows, the moment is the end of that
    day.
    """

    def __init__(self, today: dt.date, time_zone: str) -> None:
        self.today = today
        self._zone = ZoneInfo(time_zone)
        begins, ends = self._midnight(today), self._midnight(today + dt.timedelta(days=1))
        now = timezone.now()
        self.moment = now if begins <= now < ends else ends - dt.timedelta(seconds=1)

    def instant(self, date: dt.date, minute: int) -> dt.datetime:
        """Return an instant of a day; raises ValueError for a day to come.

        What happened today is moved together into the hours that have passed, in its order.
        """
        if date > self.today:
            raise ValueError(f"{date} is still to come.")
        time = dt.timedelta(minutes=minute)
        if date < self.today:
            return self._wall_clock(date, time)
        begins = self._midnight(date)
        passed = min((self.moment - begins) / _LAST, 1.0)
        return min(begins + time * passed, self.moment)

    def date_of(self, instant: dt.datetime) -> dt.date:
        """Return the day of an instant."""
        return instant.astimezone(self._zone).date()

    def _midnight(self, date: dt.date) -> dt.datetime:
        return self._wall_clock(date, dt.timedelta())

    def _wall_clock(self, date: dt.date, time: dt.timedelta) -> dt.datetime:
        naive = dt.datetime.combine(date, dt.time()) + time
        return naive.replace(tzinfo=self._zone).astimezone(dt.UTC)
