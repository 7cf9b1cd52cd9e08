"""The Celery application and its clock: what is woken how often.

The broker is a doorbell only. Everything a task would do is found in the database by the
next regular wake-up, so that a lost message costs seconds, never an email or a night.
"""

import os

from celery import Celery, Task
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun
from django.conf import settings

from reseller_console.lib.logs import context, pipeline
from reseller_console.starting import refuse_unsafe_python, tell_of_mail

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reseller_console.settings")

# Celery's command line makes this of BROKER_URL and would prefer it to the settings, where the
# password joins the address.
os.environ.pop("CELERY_BROKER_URL", None)

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
    tell_of_mail()


@setup_logging.connect
def log_as_everybody(**_signal: object) -> None:
    """Take the place of Celery's own handlers, formats and levels."""
    pipeline.configure(settings.LOGGING)
    pipeline.catch_the_rest()


@task_prerun.connect
def begin_task(task_id: str, task: Task, **_signal: object) -> None:
    """Name the task in its log lines, and whoever woke the worker for it."""
    carried = getattr(task.request, context.HEADER, None)
    context.begin_task(task.name, task_id, carried)


task_postrun.connect(context.end)


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
        "schedule": 900.0,
        "options": {"expires": 600},
    },
}
