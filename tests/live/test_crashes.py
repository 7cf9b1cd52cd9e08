"""Processes killed at the worst moment: nothing is lost, nothing happens twice."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests
from django.utils import timezone

from authorizations.models import PurchaseAuthorization
from notifications.models import Email
from tests.live.conftest import a_product
from tests.live.people import places, statuses
from tests.live.processes import eventually, kill_children

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

ALICE = "alice@north.example"


@pytest.fixture
def purchase(new_customer):
    """Return a function that opens the dialog of a new customer: its path and its form."""

    def open_dialog(alice):
        path = f"/customers/{new_customer().vip_id}/authorizations/new/"
        return path, alice.form(path) | {"product": [str(a_product().pk)], "quantity": ["3"]}

    return open_dialog


@pytest.fixture
def emails(new_authorization):
    """Return a function that puts emails to new customers into the outbox."""

    def put(count: int) -> list[Email]:
        made = [new_authorization() for _ in range(count)]
        return [Email.objects.get(about=row.customer.vip_id) for row in made]

    return put


@pytest.fixture
def background():
    """A thread for something that does not end by itself."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


def broke_off(answer: Future) -> bool:
    """Whether a request ended without any answer."""
    try:
        answer.result(30)
    except requests.ConnectionError:
        return True
    return False


def end_leases() -> None:
    """Let the time pass that a claim lasts."""
    past = timezone.now() - dt.timedelta(seconds=1)
    Email.objects.filter(leased_until_at__isnull=False).update(leased_until_at=past)


def test_c01_a_web_worker_killed_before_the_commit_leaves_nothing(house, purchase, background):
    alice = house.person(ALICE)
    path, fields = purchase(alice)
    with house.held("notifications_email"):
        answer = background.submit(alice.send_together, [(path, fields)])
        assert eventually(house.waiting_backends)
        house.crash_web()
        assert broke_off(answer)
    assert eventually(lambda: not house.waiting_backends())
    assert PurchaseAuthorization.objects.filter(customer__vip_id=path.split("/")[2]).count() == 0
    again = alice.send_together([(path, fields)] * 3)
    assert statuses(again) == {302}
    assert len(places(again)) == 1
    assert PurchaseAuthorization.objects.filter(customer__vip_id=path.split("/")[2]).count() == 1


def test_c02_a_web_worker_killed_after_the_commit_has_done_it_once(
    open_another, enter, purchase, background, tmp_path
):
    hold = tmp_path / "hold"
    with open_another("tests.live.slow_answers:application", HOLD=str(hold)) as slow:
        enter(slow)
        alice = slow.person(ALICE)
        path, fields = purchase(alice)
        mine = PurchaseAuthorization.objects.filter(customer__vip_id=path.split("/")[2])
        hold.touch()
        answer = background.submit(alice.send_together, [(path, fields)])
        assert eventually(mine.exists)
        slow.crash_web()
        assert broke_off(answer)
        hold.unlink()
        assert Email.objects.filter(about=path.split("/")[2], template="pa_created").count() == 1
        again = alice.send_together([(path, fields)])
        assert places(again) == {f"/customers/{path.split('/')[2]}/?created={mine.get().number}"}
        assert mine.count() == 1


def test_c03_a_sender_killed_after_its_claim_sends_one_email_later(house, emails):
    [email] = emails(1)
    with house.worker(entry="tests.live.dying_sender"):
        house.ring()
        assert eventually(lambda: Email.objects.get(pk=email.pk).lease)
    end_leases()
    assert house.mail.to(email.to_address) == []
    with house.worker():
        house.ring()
        assert eventually(lambda: Email.objects.get(pk=email.pk).sent_at)
    assert len(house.mail.to(email.to_address)) == 1


def test_c04_a_sender_killed_while_the_server_takes_the_email_leaves_it_unknown(house, emails):
    [email] = emails(1)
    house.mail.may_answer.clear()
    with house.worker():
        house.ring()
        assert eventually(lambda: house.mail.to(email.to_address))
    house.mail.may_answer.set()
    end_leases()
    with house.worker():
        house.ring()
        assert eventually(lambda: Email.objects.get(pk=email.pk).unknown_at)
    assert len(house.mail.to(email.to_address)) == 1


def test_a_worker_killed_while_it_drains_the_outbox_loses_no_mail(house, emails):
    waiting = emails(30)
    ids = [email.pk for email in waiting]
    sent = Email.objects.filter(pk__in=ids, sent_at__isnull=False)
    with house.worker() as worker:
        stop_sending = threading.Timer(0, house.mail.may_answer.clear)
        house.ring()
        assert eventually(lambda: len(house.mail.taken) >= 5)
        stop_sending.start()
        kill_children(worker)
    house.mail.may_answer.set()
    end_leases()
    with house.worker():
        house.ring()
        settled = Email.objects.filter(pk__in=ids).exclude(sent_at=None, unknown_at=None)
        assert eventually(lambda: settled.count() == 30)
    assert house.mail.doubles() == []
    arrived = {str(message["To"]).split("<")[-1].rstrip(">") for message in house.mail.taken}
    assert {email.to_address for email in sent} <= arrived
    unknown = Email.objects.filter(pk__in=ids, unknown_at__isnull=False).count()
    assert sent.count() + unknown == 30
    assert unknown <= 8 * 2, "at most what two senders had in their hands"
