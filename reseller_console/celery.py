"""The Celery application and its clock: what is woken how often.

The broker is a doorbell only. Everything a task would do is found in the database by the
next regular wake-up, so that a lost message costs seconds, never an email or a night.
"""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init

from reseller_console.starting import refuse_unsafe_python

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reseller_console.settings")

app = Celery("reseller_console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Every thread sends through this application, not only the one that loaded it.
app.set_default()


@celeryd_init.connect
@beat_init.connect
def refuse_to_start(**_signal: object) -> None:
    """Ask before the first task, in workers and in the clock."""
    refuse_unsafe_python()


app.conf.beat_schedule = {
    "send emails that wait": {
        "task": "notifications.tasks.send_emails",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "begin the nights that are due": {
        "task": "authorizations.tasks.begin_nights",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tidy up": {
        "task": "authorizations.tasks.tidy_up",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
}
