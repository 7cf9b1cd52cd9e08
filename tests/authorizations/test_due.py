"""Which nights and mornings are due: found by one statement, done once, by whoever is there."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections
from django.utils import timezone

from authorizations import tasks
from authorizations.models import NightlyRun, Notice
from authorizations.night import due, run
from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from notifications import doorbell
from notifications import tasks as mail_tasks
from notifications.models import Email
from reseller_console.celery import app
from reseller_console.lib import locks
from reseller_console.tenancy.models import Reseller
from tests import personas
from tests.authorizations.test_status import make_authorization
from tests.counting import counted
from tests.each import each

CREATED = dt.date(2025, 1, 1)  # due 31 January


@pytest.fixture
def rung(monkeypatch):
    """What the workers are woken for."""
    wishes: list[tuple[object, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda *wish: wishes.append(wish))
    return wishes


@pytest.fixture
def told_of(north, customer, set_today):
    """A reseller whose finished night has found something for the digest of 31 January."""
    set_today(CREATED)
    make_authorization(customer, CREATED)
    run_night(north, today=set_today("2025-01-31"))
    return north


def at(monkeypatch, instant: str) -> None:
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime.fromisoformat(instant))


def test_each_reseller_has_its_night_after_its_own_midnight(north, south, set_today):
    assert due.nights_to_begin() == [north.pk, south.pk]
    for one in (north, south):
        assert due.run_night_if_due(one.pk).finished_at is not None
    assert due.nights_to_begin() == []
    assert due.run_night_if_due(north.pk) is None
    set_today("2026-03-03")
    assert due.nights_to_begin() == [north.pk, south.pk]


def test_whether_a_night_is_due_is_asked_of_the_resellers_own_calendar(settings, north, south):
    """Tallinn is 12 hours before Honolulu: their todays differ half of the day."""
    settings.CONSOLE_TODAY = None
    zones = {north: "Pacific/Kiritimati", south: "Pacific/Honolulu"}
    for one, zone in zones.items():
        Reseller.objects.filter(pk=one.pk).update(time_zone=zone)
        one.refresh_from_db()
    assert north.today() > south.today()
    for one in zones:
        NightlyRun.objects.create(reseller=one, for_day=one.today(), finished_at=timezone.now())
    assert due.nights_to_begin() == []
    NightlyRun.objects.filter(reseller=south).update(for_day=north.today())
    assert due.nights_to_begin() == [south.pk]


@each(
    ("error", "minutes_ago", "begins"),
    [
        ("", 0, True),  # killed, or being done by somebody else: the lock decides
        ("OperationalError: gone", 0, False),
        ("OperationalError: gone", 9, False),
        ("OperationalError: gone", 11, True),
    ],
)
def test_a_night_that_failed_is_left_alone_for_a_while(north, error, minutes_ago, begins):
    failed = NightlyRun.objects.create(reseller=north, for_day=north.today(), error=error)
    began = timezone.now() - dt.timedelta(minutes=minutes_ago)
    NightlyRun.objects.filter(pk=failed.pk).update(started_at=began)
    assert (due.nights_to_begin() == [north.pk]) is begins
    assert due.is_due(north)


@each(
    ("now", "begun"),
    [
        ("2025-01-31T04:59:59+00:00", False),  # Tallinn: 06:59:59
        ("2025-01-31T05:00:00+00:00", True),
        ("2025-01-31T21:59:59+00:00", True),
    ],
)
def test_the_morning_begins_at_seven_on_the_resellers_clock(told_of, monkeypatch, now, begun):
    at(monkeypatch, now)
    assert (due.mornings_to_tell() == [told_of.pk]) is begun


def test_a_morning_is_over_when_it_was_told(told_of, monkeypatch):
    at(monkeypatch, "2025-01-31T05:00:00+00:00")
    assert due.post_digests_of(told_of.pk) == 1
    assert due.mornings_to_tell() == []


def test_no_morning_is_told_before_its_night_is_done(told_of, monkeypatch, set_today):
    set_today("2025-02-01")
    at(monkeypatch, "2025-02-01T08:00:00+00:00")
    assert due.mornings_to_tell() == []


def test_what_was_settled_before_the_digest_is_not_looked_at_every_minute(
    told_of, alice, customer, monkeypatch
):
    at(monkeypatch, "2025-01-31T05:00:00+00:00")
    customer.authorizations.update(cancelled_at=timezone.now())
    assert due.mornings_to_tell() == [told_of.pk]
    assert post_digests(told_of, day=told_of.day()) == 0
    assert due.mornings_to_tell() == []
    assert not Notice.objects.untold().exists()
    assert not Email.objects.filter(template="manager_digest").exists()


def test_a_tick_sends_the_same_statements_however_many_resellers_there_are(program, rung):
    """Nothing is asked reseller by reseller, whether something is due or not."""
    for number in range(30):
        personas.make_reseller(f"R{number}", program=program, time_zone="UTC")
    with counted(3):
        tasks.begin_nights()
    assert len(rung) == 30
    for reseller in Reseller.objects.all():
        NightlyRun.objects.create(
            reseller=reseller, for_day=reseller.today(), finished_at=timezone.now()
        )
    rung.clear()
    with counted(3):
        tasks.begin_nights()
    assert rung == []


def test_a_tick_wakes_one_task_for_each_reseller(told_of, south, rung, monkeypatch, set_today):
    at(monkeypatch, "2025-01-31T05:00:00+00:00")
    tasks.begin_nights()
    assert rung == [(tasks.RUN_NIGHT, south.pk), (tasks.POST_DIGESTS, told_of.pk)]
    for name, _reseller in rung:
        assert name in app.tasks


def test_an_idle_night_wakes_nobody_and_asks_the_outbox_nothing(
    north, rung, django_capture_on_commit_callbacks
):
    with counted() as sent, django_capture_on_commit_callbacks(execute=True):
        run_night(north)
        post_digests(north, day=north.day())
    assert rung == []
    assert [query["sql"] for query in sent if "notifications_email" in query["sql"]] == []


@each(
    ("task", "queue"),
    [
        (mail_tasks.send_emails.name, "mail"),
        *((name, "night") for name in app.tasks if name.startswith("authorizations.")),
    ],
)
def test_emails_and_nights_have_queues_of_their_own(task, queue):
    assert app.amqp.router.route({}, task)["queue"].name == queue
    assert app.tasks[task].soft_time_limit < app.tasks[task].time_limit


def test_the_clock_knows_every_task_by_its_name():
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_a_night_whose_time_is_up_is_written_down_and_ends(north, monkeypatch):
    from celery.exceptions import SoftTimeLimitExceeded

    def too_long(reseller, day):
        raise SoftTimeLimitExceeded

    monkeypatch.setitem(run.STEPS, "standing", too_long)
    tasks.run_night(north.pk)
    [night] = NightlyRun.objects.all()
    assert night.finished_at is None
    assert "SoftTimeLimitExceeded" in night.error
    monkeypatch.undo()


# --- two at once


class Worker(threading.Thread):
    """Goes through all resellers' nights in the same order as its colleague."""

    def __init__(self, ids: list[int], together: threading.Barrier) -> None:
        super().__init__()
        self.ids, self.together, self.done = ids, together, 0

    def run(self) -> None:
        try:
            self.together.wait(20)
            for pk in self.ids:
                self.done += due.run_night_if_due(pk) is not None
        finally:
            connections.close_all()


def two_at_once(program, monkeypatch) -> tuple[int, list[int]]:
    """Let two workers do the same eight nights; return how many were run, and by whom."""
    ids = [personas.make_reseller(f"R{n}", program=program, time_zone="UTC").pk for n in range(8)]
    pause = threading.Event()
    monkeypatch.setitem(run.STEPS, "invitations", lambda *_: {"waited": pause.wait(0.05)})
    together = threading.Barrier(2)
    workers = [Worker(ids, together) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    return NightlyRun.objects.count(), [worker.done for worker in workers]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_share_the_work(program, monkeypatch):
    runs, done = two_at_once(program, monkeypatch)
    assert runs == sum(done) == 8
    assert min(done) >= 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_night_is_run_twice(program, monkeypatch):
    """The twin: without it, one run a night would prove nothing."""
    monkeypatch.setattr(run.locks, "held", _without_lock(locks.held))
    runs, _done = two_at_once(program, monkeypatch)
    assert runs > 8


def test_a_worker_that_comes_late_finds_the_night_done(north):
    for _ in range(2):
        due.run_night_if_due(north.pk)
    assert NightlyRun.objects.count() == 1


def test_without_asking_again_under_the_lock_a_worker_that_comes_late_runs_it_twice(
    north, monkeypatch
):
    monkeypatch.setattr(due, "is_due", lambda reseller: True)
    for _ in range(2):
        due.run_night_if_due(north.pk)
    assert NightlyRun.objects.count() == 2


def _without_lock(real):
    def held(name: str, **options: float):
        return real(f"{name} {threading.get_ident()}", **options)

    return held
