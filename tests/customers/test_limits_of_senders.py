"""Nobody mails strangers by the hundred: limits of one person and of a team, raised by ops."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from customers.actions import invite, sending_limits
from customers.actions.import_rows import import_rows
from customers.actions.invitation import resend_invitation
from customers.importing.rows import Row
from customers.models import Customer, Invitation
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Reseller
from tests import personas
from tests.admin.forms import opened
from tests.customers.forms import typed
from tests.personas import day_of

HOUR = dt.timedelta(hours=1)


def details(number: int) -> invite.CustomerDetails:
    return invite.CustomerDetails(
        name=f"Stranger {number}",
        segment="COM",
        offerings=["team"],
        country="EE",
        region="",
        city="Tallinn",
        address_1="Pikk 1",
        address_2="",
        postal_code="10123",
        contact_first_name="Some",
        contact_last_name="One",
        contact_email=f"stranger{number}@elsewhere.example",
        language="en",
    )


def invite_one(number: int, *, by) -> Customer:
    return invite.invite_customer(
        by.reseller,
        details=details(number),
        custom_anniversary_on=None,
        same_name_ok=True,
        by=by,
        day=day_of(by.reseller),
    )


def allow(reseller: Reseller, **limits: int) -> None:
    """Set the limits of a reseller, as ops do, and let nothing else be in the way."""
    for name in ("person_hour", "person_day", "reseller_hour", "reseller_day"):
        setattr(reseller, f"invitations_per_{name}", limits.get(name, 1_000))
    reseller.save()


def let_pass(time: dt.timedelta) -> None:
    Invitation.objects.update(sent_at=timezone.now() - time)


def refused(number: int, *, by) -> str:
    with pytest.raises(ActionRefused) as error:
        invite_one(number, by=by)
    assert error.value.code == "too_many_sent"
    return str(error.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "words", "within"),
    [
        ("person_hour", "Your hourly limit for invitations (3) has been reached.", HOUR),
        ("person_day", "Your daily limit for invitations (3) has been reached.", 24 * HOUR),
        (
            "reseller_hour",
            "Your organization's hourly limit for invitations (3) has been reached.",
            HOUR,
        ),
        (
            "reseller_day",
            "Your organization's daily limit for invitations (3) has been reached.",
            24 * HOUR,
        ),
    ],
)
def test_one_more_is_refused_until_the_time_is_over(north, alice, limit, words, within):
    allow(north, **{limit: 3})
    for number in range(3):
        invite_one(number, by=alice)
    said = refused(3, by=alice)
    assert words in said and "ask ops to raise the limit" in said
    assert Customer.objects.count() == Email.objects.count() == 3
    let_pass(within - dt.timedelta(minutes=1))
    refused(3, by=alice)
    let_pass(within)
    invite_one(3, by=alice)


@pytest.mark.django_db
def test_one_colleagues_limit_is_nobody_elses_and_the_teams_is_everybodys(north, alice, ada):
    allow(north, person_hour=1, reseller_hour=2)
    invite_one(0, by=alice)
    refused(1, by=alice)
    invite_one(1, by=ada)
    assert "Your organization's hourly limit for invitations (2)" in refused(
        2, by=personas.make_user("x@n.ee", "X", north, "manager")
    )


@pytest.mark.django_db
def test_other_resellers_are_not_counted(north, south, alice, charlie):
    allow(north, reseller_hour=1)
    allow(south, reseller_hour=1)
    invite_one(0, by=alice)
    invite_one(0, by=charlie)


@pytest.mark.django_db
def test_resending_counts_too(north, alice, customer):
    allow(north, person_hour=2)
    resend_invitation(customer, by=alice, day=day_of(customer))
    with pytest.raises(ActionRefused) as error:
        resend_invitation(customer, by=alice, day=day_of(customer))
    assert error.value.code == "too_many_sent"


@pytest.mark.django_db
def test_the_dialog_says_so_and_keeps_what_was_typed(north, alice, login):
    allow(north, person_hour=0)
    answer = login(alice).post("/customers/new/", typed())
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Your hourly limit for invitations (0)" in page and "Tähe Keemia" in page
    assert not Customer.objects.exists() and not Email.objects.exists()


@pytest.mark.django_db
def test_the_settings_hold_where_ops_have_set_nothing(north, alice, settings):
    settings.INVITATIONS_PER_PERSON_HOUR = 1
    invite_one(0, by=alice)
    refused(1, by=alice)
    allow(north, person_hour=2)
    invite_one(1, by=alice)


@pytest.mark.django_db
def test_ops_raise_a_limit_and_the_log_says_from_what_to_what(login, ops, north):
    page = f"/admin/tenancy/reseller/{north.pk}/change/"
    client = login(ops)
    data = opened(client, page) | {"invitations_per_person_hour": "90"}
    assert client.post(page, data).status_code == 302
    north.refresh_from_db()
    assert north.invitations_per_person_hour == 90
    log = client.get(f"/admin/tenancy/reseller/{north.pk}/history/").content.decode()
    assert "invitations_per_person_hour: None -&gt; 90" in log


@pytest.mark.django_db
def test_an_import_is_not_refused_and_goes_out_by_the_hour(north, alice):
    allow(north, person_hour=1, reseller_hour=4)
    for first, last in ((0, 6), (6, 10)):
        rows = [row(number) for number in range(first, last)]
        day = day_of(north)
        import_rows(north, rows, manager=alice, by=alice, invite=True, day=day)
    due = list(Email.objects.order_by("pk").values_list("not_before_at", flat=True))
    assert [round((at - due[0]) / HOUR) for at in due] == [0] * 4 + [1] * 4 + [2] * 2
    assert due[0] <= timezone.now()
    # An import takes nobody's place.
    invite_one(99, by=alice)
    refused(100, by=alice)


def row(number: int) -> Row:
    return Row(
        line=number + 2,
        details=details(number),
        vip_id="",
        invited_on=personas.settings.CONSOLE_TODAY,
        accepted_on=None,
        custom_anniversary_on=None,
        managed_by=None,
    )


def race(north, alice, monkeypatch, *, patience: float) -> int:
    """Let two invitations be sent at the same moment where one is allowed; return how many were.

    The one that comes first waits so many seconds for the other.
    """
    allow(north, person_hour=1)
    together = threading.Barrier(2)
    insert = invite._insert

    def insert_together(customer: Customer) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=patience)
        insert(customer)

    monkeypatch.setattr(invite, "_insert", insert_together)
    threads = [threading.Thread(target=attempt, args=(n, alice)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Customer.objects.count()


def attempt(number: int, by) -> None:
    with contextlib.suppress(ActionRefused), contextlib.closing(connection):
        invite_one(number, by=by)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_do_not_share_the_last_place(north, alice, monkeypatch):
    assert race(north, alice, monkeypatch, patience=1) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would(north, alice, monkeypatch):
    monkeypatch.setattr(sending_limits.locks, "wait_for", lambda _name: None)
    assert race(north, alice, monkeypatch, patience=20) == 2
