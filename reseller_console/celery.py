"""The Celery application and its clock: what is woken how often.

The broker is a doorbell only. Everything a task would do is found in the database by the
next regular wake-up, so that a lost message costs seconds, never an email or a night.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reseller_console.settings")

app = Celery("reseller_console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Every thread sends through this application, not only the one that loaded it.
app.set_default()

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
}
