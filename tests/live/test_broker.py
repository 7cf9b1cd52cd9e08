"""The broker is a doorbell: without it mail is late, and nothing else happens."""

from __future__ import annotations

import contextlib

import pytest
import redis

from notifications.models import Email
from tests.live.processes import eventually, seconds_of

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

ALICE = "alice@north.example"


@pytest.fixture
def resend(house, new_customer):
    """Return a function that has Alice resend a new customer's invitation; its email."""
    alice = house.person(ALICE)

    def send() -> Email:
        customer = new_customer()
        path = f"/customers/{customer.vip_id}/invitation/resend/"
        fields = alice.form(path)
        seconds = seconds_of(lambda: send.answers.append(alice.post(path, fields)))
        assert send.answers[-1].status_code == 302
        assert seconds < 2, f"the request took {seconds:.1f} s"
        return Email.objects.get(about=customer.vip_id)

    send.answers = []
    return send


@pytest.fixture
def broker(house):
    """A connection to the broker of the house."""
    with contextlib.closing(redis.Redis.from_url(house.valkey.url)) as link:
        yield link


def is_sent(email: Email) -> bool:
    return Email.objects.filter(pk=email.pk, sent_at__isnull=False).exists()


def test_c10_a_broker_that_is_down_delays_mail_and_nothing_else(house, resend):
    house.broker.kill()
    try:
        email = resend()
        with house.worker_that_waits(), house.beat():
            assert not is_sent(email)
            house.broker.start()
            house.broker.wait_ready(10)
            assert eventually(lambda: is_sent(email), 40)
    finally:
        if not house.broker.is_running():
            house.broker.start()
            house.broker.wait_ready(10)
    assert len(house.mail.to(email.to_address)) == 1


def test_c11_an_emptied_broker_loses_nothing_and_repeats_nothing(house, resend, broker):
    emails = [resend() for _ in range(3)]
    assert eventually(lambda: broker.llen("mail"))
    broker.flushall()
    emails.append(resend())
    with house.worker():
        assert eventually(lambda: all(map(is_sent, emails)))
        broker.flushall()
        house.ring()
    assert [len(house.mail.to(email.to_address)) for email in emails] == [1, 1, 1, 1]


def test_c12_no_request_waits_for_a_broker_that_is_paused(house, resend, broker):
    broker.execute_command("CLIENT", "PAUSE", "6000", "ALL")
    emails = [resend() for _ in range(3)]
    with house.worker_that_waits():
        house_wakes = eventually(lambda: _rings(house), 20)
        assert house_wakes
        assert eventually(lambda: all(map(is_sent, emails)), 20)
    assert [len(house.mail.to(email.to_address)) for email in emails] == [1, 1, 1]


def _rings(house) -> bool:
    try:
        house.ring()
    except Exception:
        return False
    return True
