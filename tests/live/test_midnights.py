"""Midnight of many resellers at once: the nights share workers, and no email waits for them."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest
from celery import Celery

from authorizations.models import NightlyRun
from authorizations.tasks import RUN_NIGHT
from notifications import outbox
from notifications.models import Email
from reseller_console.tenancy.models import Program, Reseller
from tests.live.house import House
from tests.live.processes import eventually
from tests.notifications import facts

pytestmark = pytest.mark.xdist_group("live")

BEGIN_NIGHTS = "authorizations.tasks.begin_nights"
# An email has left its reseller's outbox after so many seconds, whatever the hour.
PROMISED_SECONDS = 5


def wake(house: House, task: str, *arguments: object) -> None:
    """Send what beat sends, to the queue the console sends it to."""
    with Celery(broker=house.valkey.url, set_as_current=False) as broker:
        broker.send_task(task, args=arguments, queue="night", ignore_result=True)


def an_email(number: int) -> Email:
    """Put an email into the outbox."""
    return outbox.post(
        template="pa_created",
        key=f"midnight {number}",
        to_address=f"v{number}@customer.example",
        context=facts.AUTHORIZATION,
    )


def seconds_until_sent(house: House, number: int, *, patience: float = 30) -> float:
    """Return how long an email that is posted now takes to leave; `patience` if longer."""
    email, began = an_email(number), time.monotonic()
    house.ring()
    eventually(lambda: Email.objects.filter(pk=email.pk, sent_at__isnull=False), patience)
    return time.monotonic() - began


def resellers(count: int) -> list[int]:
    """Make so many resellers more, whose night is due."""
    program = Program.objects.get()
    made = Reseller.objects.bulk_create(
        Reseller(name=f"R{number}", program=program, time_zone="Europe/Tallinn")
        for number in range(count)
    )
    return [row.pk for row in made]


def nights_done() -> int:
    return NightlyRun.objects.filter(finished_at__isnull=False).count()


def test_emails_leave_while_two_thousand_have_midnight(without_web, long_run):
    resellers(2_000)
    due = Reseller.objects.count()
    with without_web.worker(queues="mail"), without_web.worker(queues="night"):
        wake(without_web, BEGIN_NIGHTS)
        assert eventually(nights_done, 30)
        waited, until = [], time.monotonic() + (45 if long_run else 10)
        while time.monotonic() < until:
            waited.append(seconds_until_sent(without_web, len(waited)))
        # There was no moment without nights that wait.
        assert 10 < nights_done() < due
        assert len(waited) > 5
        assert max(waited) < PROMISED_SECONDS, waited


@pytest.mark.parametrize(("queues", "leaves"), [(["mail", "night"], True), (["mail,night"], False)])
def test_nights_that_hang_keep_no_email_waiting(without_web, queues, leaves):
    """The twin serves both queues with the same workers, as it once was."""
    ids = resellers(8)
    with ExitStack() as stack:
        for queue in queues:
            stack.enter_context(without_web.worker(queues=queue))
        with without_web.held("authorizations_nightlyrun"):
            for pk in ids:
                wake(without_web, RUN_NIGHT, pk)
            assert eventually(lambda: len(without_web.waiting_backends()) >= 2, 20)
            seconds = seconds_until_sent(without_web, 0, patience=3)
        assert (seconds < 3) is leaves
        # What hung has failed meanwhile, or is done now; nothing is left half done.
        assert eventually(lambda: not without_web.waiting_backends(), 30)


def test_two_workers_share_the_nights_and_run_each_once(without_web):
    ids = resellers(30)
    with without_web.worker(queues="night") as one, without_web.worker(queues="night") as two:
        for pk in [*ids, *ids, *ids]:
            wake(without_web, RUN_NIGHT, pk)
        assert eventually(lambda: nights_done() >= len(ids), 60)
        time.sleep(1)
        taken = "Task authorizations.tasks.run_night["
        shares = [worker.log.read_text().count(taken) for worker in (one, two)]
    assert NightlyRun.objects.count() == len(ids)
    assert min(shares) > 10, shares
