"""The nightly job: exact without it, idempotent with it, and it tells people once."""

from __future__ import annotations

import datetime as dt
import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, transaction

from authorizations import invariants
from authorizations.actions.order import record_order
from authorizations.models import NightlyRun, Notice
from authorizations.night.digest import post_digests
from authorizations.night.run import AlreadyRunning, only_run, run_night
from customers.actions.frame import locked_all
from customers.models import Customer, CustomerEvent
from notifications.models import Email
from tests.authorizations.test_status import make_authorization
from tests.personas import day_of

D = dt.timedelta
CREATED = dt.date(2025, 1, 1)  # due 31 January, suspended after 2 March, counts to 2026-01-01


@pytest.fixture
def authorization(customer, set_today):
    """A PA of 1 January 2025 that nobody orders."""
    set_today(CREATED)
    return make_authorization(customer, CREATED)


def emails():
    return list(Email.objects.order_by("pk").values_list("template", flat=True))


def nights(reseller, first, last):
    date = dt.date.fromisoformat(first)
    while date <= dt.date.fromisoformat(last):
        run_night(reseller, today=date)
        date += D(1)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2025-01-23", []),
        ("2025-01-24", ["pa_due_soon"]),
        ("2025-01-30", ["pa_due_soon"]),
        ("2025-01-31", ["pa_due_soon", "pa_due_today"]),
        ("2025-02-01", ["pa_due_soon", "pa_due_today", "pa_overdue"]),
        ("2025-02-22", ["pa_due_soon", "pa_due_today", "pa_overdue"]),
        ("2025-02-23", ["pa_due_soon", "pa_due_today", "pa_overdue", "pa_suspends_soon"]),
        (
            "2025-03-03",
            ["pa_due_soon", "pa_due_today", "pa_overdue", "pa_suspends_soon", "pa_suspended"],
        ),
    ],
)
def test_each_notice_goes_out_once_on_its_day(north, authorization, date, expected):
    nights(north, "2025-01-20", date)
    run_night(north, today=dt.date.fromisoformat(date))
    assert emails() == expected


def test_after_missed_nights_only_the_latest_notice_goes_out(north, authorization):
    run = run_night(north, today=dt.date(2025, 2, 5))
    assert emails() == ["pa_overdue"]
    assert run.counts["skipped"] == 2
    skipped = Notice.objects.exclude(skipped_because="").values_list("kind", flat=True)
    assert set(skipped) == {"due_soon", "due_today"}


def test_an_ordered_purchase_is_owed_nothing(north, alice, authorization, set_today):
    today = set_today("2025-01-10")
    record_order(
        [authorization], number="A1", ordered_on=today, by=alice, day=day_of([authorization], today)
    )
    before = emails()
    nights(north, "2025-01-20", "2025-02-03")
    assert emails() == before


def test_a_withdrawn_customer_gets_no_email(north, authorization, customer):
    Customer.objects.filter(pk=customer.pk).update(withdrawn_at="2025-01-02T00:00Z")
    run_night(north, today=dt.date(2025, 1, 31))
    assert emails() == []
    assert Notice.objects.filter(kind="due_today").exists()


def test_suspension_and_lapse_stand_in_the_activity(north, authorization):
    run_night(north, today=dt.date(2025, 3, 3))
    run_night(north, today=dt.date(2026, 2, 1))
    kinds = list(CustomerEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["authorization_suspended", "authorization_lapsed"]


def test_a_purchase_close_to_the_anniversary_says_that_it_lapses(north, customer, set_today):
    set_today("2025-05-31")
    make_authorization(customer, dt.date(2025, 5, 31), anniversary=dt.date(2025, 6, 30))
    run_night(north, today=dt.date(2025, 7, 31))
    assert emails() == ["pa_suspended"]
    assert Email.objects.get().context["straight_to_lapse"] is True
    assert Notice.objects.filter(kind="lapsed", skipped_because="").exists()


def test_a_night_writes_the_moved_anniversary_and_leaves_no_drift(north, customer, authorization):
    Customer.objects.filter(pk=customer.pk).update(
        anniversary_on=dt.date(2026, 1, 1),
        first_anniversary_on=dt.date(2026, 1, 1),
        anniversary_day=1,
    )
    run_night(north, today=dt.date(2026, 1, 31))
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2026, 1, 1)
    run = run_night(north, today=dt.date(2026, 2, 1))
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2027, 1, 1)
    assert run.counts["moved"] == 1
    assert run.drift == 0


def test_drift_is_repaired_and_reported(north, customer, authorization):
    run_night(north, today=CREATED)
    Customer.objects.filter(pk=customer.pk).update(pending_until_on=CREATED + D(5))
    run = run_night(north, today=CREATED)
    assert run.drift == 1
    customer.refresh_from_db()
    assert customer.pending_until_on == authorization.due_on
    assert run_night(north, today=CREATED).drift == 0


@pytest.mark.parametrize("by_night", [True, False])
def test_a_term_that_is_over_before_the_next_comes_near_is_no_drift(
    north, ada, alice, customer, buy, set_today, by_night
):
    for on in ("2025-01-30", "2026-03-01"):
        bought = buy(on)
        record_order(
            [bought],
            number=on,
            ordered_on=bought.created_on,
            by=alice,
            day=day_of([bought], set_today(on)),
        )
    today = set_today("2026-03-15")
    assert invariants.broken() == []
    if not by_night:
        with transaction.atomic():
            locked_all([customer], day=north.day())
    assert run_night(north, today=today).drift == 0
    customer.refresh_from_db()
    assert customer.renewal_on == dt.date(2027, 1, 30)


def test_a_term_to_renew_that_is_not_known_is_drift(north, alice, customer, buy, set_today):
    bought = buy("2025-01-30")
    record_order(
        [bought],
        number="1",
        ordered_on=bought.created_on,
        by=alice,
        day=day_of([bought], set_today("2025-01-30")),
    )
    Customer.objects.filter(pk=customer.pk).update(renewal_on=dt.date(2024, 1, 30))
    assert run_night(north, today=set_today("2025-11-01")).drift == 1
    assert run_night(north, today=set_today("2025-11-02")).drift == 0


def test_drift_is_found_on_the_day_the_anniversary_date_moves(
    north, alice, customer, buy, set_today
):
    """What is wrong is compared before the new date is written down, which would hide it."""
    bought = buy("2025-01-30")
    today = set_today("2025-01-30")
    day = day_of([bought], today)
    record_order([bought], number="1", ordered_on=today, by=alice, day=day)
    Customer.objects.filter(pk=customer.pk).update(pending_until_on=dt.date(2026, 6, 1))
    run = run_night(north, today=set_today("2026-03-02"))
    assert (run.counts["moved"], run.drift) == (1, 1)


def test_a_second_run_changes_nothing(north, authorization):
    run_night(north, today=dt.date(2025, 2, 1))
    before = (emails(), list(Customer.objects.values()), Notice.objects.count())
    run = run_night(north, today=dt.date(2025, 2, 1))
    assert (emails(), list(Customer.objects.values()), Notice.objects.count()) == before
    assert run.counts["written"] == 0


def test_the_digest_tells_each_manager_once_and_leaves_out_what_was_settled(
    north, alice, ada, make_customer, set_today
):
    today = set_today(CREATED)
    first, second = make_customer(), make_customer(managed_by=ada)
    mine = make_authorization(first, CREATED)
    make_authorization(second, CREATED, number="PA-00000002")
    settled = make_authorization(make_customer(), CREATED, number="PA-00000003")
    today = set_today("2025-01-31")
    run_night(north, today=today)
    record_order([settled], number="A1", ordered_on=today, by=alice, day=day_of([settled], today))
    day = north.day(today)
    assert post_digests(north, day=day) == 2
    assert post_digests(north, day=day) == 0
    digest = Email.objects.get(template="manager_digest", to_address=alice.email)
    rows = [row["pa_number"] for section in digest.context["sections"] for row in section["rows"]]
    assert rows == [mine.number]
    assert digest.not_before_at == dt.datetime(2025, 1, 31, 5, 0, tzinfo=dt.UTC)


def test_the_digest_says_what_the_customer_requested(
    north, customer, vera, make_customer, set_today
):
    set_today(CREATED)
    asked = make_authorization(customer, CREATED)
    made = make_authorization(make_customer(), CREATED, number="PA-00000002")
    asked.requested_by = vera
    asked.save(update_fields=["requested_by"])
    today = set_today("2025-01-31")
    run_night(north, today=today)
    post_digests(north, day=north.day(today))
    [section] = Email.objects.get(template="manager_digest").context["sections"]
    marks = {row["pa_number"]: row["requested"] for row in section["rows"]}
    assert marks == {asked.number: True, made.number: False}


def test_the_primary_admin_gets_the_digest_of_a_colleague_who_left(
    north, alice, ada, authorization
):
    alice.deactivated_at = "2025-01-05T00:00Z"
    alice.save()
    run_night(north, today=dt.date(2025, 1, 31))
    post_digests(north, day=north.day(dt.date(2025, 1, 31)))
    assert Email.objects.get(template="manager_digest").to_address == ada.email


def test_the_command_runs_a_night_for_a_day(north, authorization, capsys):
    call_command("nightly", reseller="North", as_of=dt.date(2025, 2, 1))
    assert NightlyRun.objects.get().for_day == dt.date(2025, 2, 1)
    with pytest.raises(CommandError):
        call_command("nightly", reseller="Nobody")


@pytest.mark.django_db(transaction=True)
def test_a_second_run_at_the_same_time_exits_at_once_and_says_why(north, south):
    held, done = threading.Event(), threading.Event()

    def hold():
        with only_run(north):
            held.set()
            done.wait(10)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with pytest.raises(AlreadyRunning, match="another process"):
        run_night(north)
    with pytest.raises(CommandError, match="another process"):
        call_command("nightly", reseller="North")
    out = StringIO()
    call_command("nightly", stdout=out)
    assert "another process" in out.getvalue()
    assert list(NightlyRun.objects.values_list("reseller__name", flat=True)) == ["South"]
    done.set()
    thread.join()
    assert run_night(north).finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_night_killed_in_the_middle_ends_like_a_clean_one(
    north, make_customer, set_today, monkeypatch
):
    set_today(CREATED)
    for number in range(12):
        make_authorization(make_customer(), CREATED, number=f"PA-0000000{number:X}")
    monkeypatch.setattr("authorizations.night.notices.BATCH", 5)
    calls = iter(range(10))

    def die_in_the_second_batch(drafts):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return real(drafts)

    from notifications import outbox

    real = outbox.post_many
    monkeypatch.setattr(outbox, "post_many", die_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        run_night(north, today=dt.date(2025, 1, 31))
    assert 0 < Email.objects.count() < 12
    run_night(north, today=dt.date(2025, 1, 31))
    assert Email.objects.filter(template="pa_due_today").count() == 12
    assert not transaction.get_connection().in_atomic_block
    assert connection.is_usable()
