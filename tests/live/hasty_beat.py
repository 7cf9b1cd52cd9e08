"""The clock that wakes the workers, two hundred times as fast."""

from reseller_console.celery import app

__all__ = ["app"]

for entry in app.conf.beat_schedule.values():
    entry["schedule"] /= 200
