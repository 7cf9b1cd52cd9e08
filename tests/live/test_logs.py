"""Lines of real processes: one format, one request id from the browser to the worker."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from celery import Celery

from authorizations.models import NightlyRun
from customers.models import Customer
from reseller_console.launcher import project
from tests.live.conftest import alice
from tests.live.house import House
from tests.live.processes import eventually

pytestmark = pytest.mark.xdist_group("live")

RELEASE = "r17"
NOBODY = 999_999_999


@pytest.fixture
def logged(open_another, enter, new_customer):
    """A running console that logs as in production, with requests listed."""
    variables = {"LOG_FORMAT": "json", "CONSOLE_ACCESS_LOG": "1", "CONSOLE_RELEASE": RELEASE}
    with open_another(**variables) as house:
        yield enter(house)


def lines_of(log: Path) -> list[dict[str, object]]:
    """Return the lines of a log; each of them is JSON, and of this release."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines and {line["release"] for line in lines} == {RELEASE}
    return lines


def test_one_request_id_is_in_the_answer_and_in_the_lines_of_web_and_worker(logged, new_customer):
    customer = new_customer(contact_email="tiina@tahe.example")
    path = f"{customer.get_absolute_url()}invitation/resend/"
    person = logged.person("alice@north.example")
    with logged.worker(queues="mail") as worker, logged.beat() as clock:
        answer = person.post(path, person.form(path))
        assert answer.status_code == 302
        request_id = answer.headers["X-Request-ID"]
        assert person.get("/customers/?q=Tiina&show=pending").status_code == 200
        assert person.get("/invitations/s3cret/").status_code == 404
        assert eventually(lambda: len(logged.mail.taken) == 1)
        assert eventually(lambda: request_id in worker.log.read_text())
        assert eventually(lambda: "beat: Starting" in clock.log.read_text(), 30)
    me = alice()
    ours = {"request_id": request_id, "user_id": me.pk, "reseller_id": me.reseller_id}
    web = [line for each in logged.webs for line in lines_of(each.log)]
    for lines, logger in [(web, "console.access"), (lines_of(worker.log), "celery.app.trace")]:
        found = [line for line in lines if line.get("request_id") == request_id]
        assert found, logger
        for line in found:
            assert ours.items() <= line.items()
        assert logger in {line["logger"] for line in found}
    assert lines_of(clock.log)[0]["logger"] == "celery.beat"
    logs = [*(each.log for each in logged.webs), worker.log, clock.log]
    everything = "".join(log.read_text() for log in logs)
    for nobodys_business in ("tiina", "Tiina", "alice", "Alice", "s3cret"):
        assert nobodys_business not in everything
    assert "q=…&show=pending" in everything


def test_drift_and_a_failed_night_are_errors(logged, new_customer):
    customer = new_customer()
    Customer.objects.filter(pk=customer.pk).update(pending_until_on="2026-03-04")
    with logged.worker(queues="night") as worker:
        for reseller_id in (customer.reseller_id, NOBODY):
            wake(logged, reseller_id)
        assert eventually(lambda: NightlyRun.objects.filter(drift=1).exists())
        assert eventually(lambda: "tried again" in worker.log.read_text())
    errors = [line for line in lines_of(worker.log) if line["level"] == "error"]
    drift, failed = sorted(errors, key=lambda line: str(line["event"]))
    assert drift["event"] == "stored facts were wrong and were repaired"
    assert (drift["reseller_id"], drift["drift"]) == (customer.reseller_id, 1)
    assert failed["event"] == "the night failed and is tried again"
    assert failed["reseller_id"] == NOBODY
    assert "DoesNotExist" in failed["exception"]


def wake(house: House, reseller_id: int) -> None:
    """Wake a worker for the night of a reseller, as the clock's list does."""
    with Celery(broker=house.valkey.url, set_as_current=False) as broker:
        broker.send_task("authorizations.tasks.run_night", args=(reseller_id,), queue="night")


def test_nothing_is_printed_beside_the_lines():
    assert "--quiet" in project.worker_command(Path("python"), "mail")
    assert "--quiet" in project.beat_command(Path("python"), Path("schedule"))
