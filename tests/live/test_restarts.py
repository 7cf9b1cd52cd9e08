"""A console that is restarted, or whose database is killed, while people work in it."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import signal
import subprocess
import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from authorizations import invariants
from authorizations.actions.create import create_authorization
from authorizations.models import Assignment, PurchaseAuthorization
from customers.models import Customer
from notifications.models import Email
from reseller_console.launcher import binaries, placement, project
from reseller_console.launcher.environment import VENV
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.postgres import APPLICATION, OWNER, Postgres
from tests import personas
from tests.conftest import TODAY
from tests.live import databases
from tests.live.conftest import STRONG, a_product, alice, seed, vip_terms
from tests.live.house import kept_house
from tests.live.kept import end
from tests.live.processes import PYTHON, eventually
from tests.live.traffic import Reader, Writer, traffic
from tests.personas import day_of

pytestmark = pytest.mark.xdist_group("live")

ALICE = "alice@north.example"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory, django_test_environment, django_db_blocker):
    """A PostgreSQL of its own, with the schema and the personas; and its service, stopped."""
    folder = placement.scratch_folder("reseller-console-live-", 1024**3)
    user = placement.server_user()
    server = Postgres(
        programs=placement.reachable_programs(binaries.find_postgres(VENV), user),
        data=folder / "postgres",
        port=free_port(),
        owner_password=secrets.token_urlsafe(18),
        application_password=secrets.token_urlsafe(18),
        user=user,
    )
    service = server.service(tmp_path_factory.mktemp("server") / "postgres.log")
    try:
        service.start()
        service.wait_ready(30)
        with django_db_blocker.unblock():
            with databases.entered_at(server.url(OWNER)):
                call_command("migrate", verbosity=0)
            with databases.entered_at(server.url(APPLICATION)):
                seed()
        service.ask_to_stop()
        service.stop()
        yield server, service
    finally:
        service.kill()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def running_kept(own_server, tmp_path_factory):
    """A console on that server; all of it is started again by the supervisor when it ends."""
    server, service = own_server
    folder = tmp_path_factory.mktemp("kept")
    address = {"DATABASE_URL": server.url(APPLICATION)}
    with kept_house("console", folder=folder, first=[service], more_variables=address) as house:
        yield house


@pytest.fixture
def kept(running_kept, own_server, django_db_blocker):
    """The console that is kept running; this process works in its database, and leaves it sound."""
    server, _service = own_server
    with django_db_blocker.unblock(), databases.entered_at(server.url(APPLICATION)):
        running_kept.mail.taken.clear()
        yield running_kept
        assert invariants.broken() == []


def at_work(house, customer, address: str) -> tuple:
    """Return the VIP admin of a customer with many licenses, and where they are given."""
    with override_settings(PASSWORD_HASHERS=STRONG):
        personas.make_member(customer, address, "Vera Vaher", accepts=vip_terms())
    product = a_product()
    create_authorization(
        customer, lines=[(product, 5_000)], po_number="", by=alice(), day=day_of(customer, TODAY)
    )
    return house.person(address), f"{customer.get_member_url()}products/{product.pk}/give/"


def buyer(house, customer) -> Writer:
    """Return Alice, who creates one PA after the other for a customer."""
    alice, path = house.person(ALICE), f"/customers/{customer.vip_id}/authorizations/new/"
    fields = alice.form(path) | {"product": [str(a_product().pk)], "quantity": ["3"]}
    return Writer(alice, path, fields)


def giver(person, path) -> Writer:
    """Return a VIP admin who gives one license after the other."""
    fields = person.form(path, having="address") | {"name": ""}
    return Writer(person, path, fields, lambda number: {"address": f"p{number}@people.example"})


def test_c44_a_rolling_restart_fails_no_request_and_loses_no_mail(kept, new_customer, long_run):
    customers = [new_customer() for _ in range(2)]
    buyers = [buyer(kept, customer) for customer in customers]
    person, path = at_work(kept, new_customer(), "vera@restarted.example")
    one = giver(person, path)
    readers = [Reader(kept.person(ALICE), "/customers/"), Reader(person, path, "/member/")]
    rounds = 6 if long_run else 1
    many = [new_customer() for _ in range(40 * rounds)]
    kept.mail.pause = 0.2
    for customer in many:
        create_authorization(
            customer,
            lines=[(a_product(), 1)],
            po_number="",
            by=alice(),
            day=day_of(customer, TODAY),
        )
    with traffic([*buyers, one, *readers]) as flow:
        for _ in range(rounds):
            kept.ring()
            time.sleep(0.5)
            for service in (*kept.webs, kept.kept_worker):
                end(service, signal.SIGTERM)
            kept.wait_for_web()
            time.sleep(0.5)
    kept.mail.pause = 0
    assert flow.bad() == []
    assert all(writer.done for writer in (*buyers, one))
    made = PurchaseAuthorization.objects.filter(customer__in=customers)
    assert made.count() == sum(len(buyer.done) for buyer in buyers)
    assert Assignment.objects.held().filter(customer=customer_of(path)).count() == len(one.done)
    assert all_sent(kept)
    assert kept.mail.doubles() == []
    assert not Email.objects.exclude(sent_at__isnull=False).exists()
    for customer in (*customers, *many):
        emails = Email.objects.filter(about=customer.vip_id).count()
        assert len(kept.mail.to(customer.contact_email)) == emails


def test_c25_a_killed_database_is_back_within_ten_seconds_with_all_it_confirmed(
    kept, own_server, new_customer, long_run
):
    _server, postgres = own_server
    customers = [new_customer() for _ in range(3)]
    buyers = [buyer(kept, customer) for customer in customers]
    person, path = at_work(kept, new_customer(), "vera@killed.example")
    one = giver(person, path)
    readers = [Reader(kept.person(ALICE), "/customers/"), Reader(person, path)]
    outages = []
    with traffic([*buyers, one, *readers]) as flow:
        for _ in range(5 if long_run else 1):
            time.sleep(1.5)
            killed_at = time.monotonic()
            end(postgres, signal.SIGKILL)
            assert eventually(lambda since=killed_at: flow.good_since(since), 20)
            time.sleep(1.5)
            last_bad = max([killed_at, *(answer.began for answer in flow.bad())])
            assert flow.good_since(last_bad), "nothing is good again"
            outages.append(flow.good_since(last_bad) - killed_at)
    # This process had a line to the server, too.
    connection.close()
    assert max(outages) < 10
    assert {answer.status for answer in flow.bad()} <= {503}
    assert all(writer.done for writer in (*buyers, one))
    # What was not confirmed was sent again with its key; the last may be on its way for ever.
    made = PurchaseAuthorization.objects.filter(customer__in=customers)
    told = {place.rpartition("=")[2] for buyer in buyers for place in buyer.done}
    assert told <= set(made.values_list("number", flat=True))
    assert made.count() - len(told) in range(len(buyers) + 1)
    held = Assignment.objects.held().filter(customer=customer_of(path))
    assert held.count() - len(one.done) in (0, 1)
    assert invariants.broken() == []
    command = project.manage_command(PYTHON, "invariants")
    subprocess.run(command, env=kept.variables, check=True, stdout=subprocess.DEVNULL)
    assert all_sent(kept)
    assert kept.mail.doubles() == []


def test_a_database_that_was_stopped_by_hand_is_back_within_ten_seconds(
    kept, own_server, new_customer
):
    server, postgres = own_server
    # Connections that stay open are what a polite shutdown waits for.
    buyers = [buyer(kept, new_customer()) for _ in range(2)]
    with traffic([*buyers, Reader(kept.person(ALICE), "/customers/")]) as flow:
        for stop in (["kill"], ["pg_ctl", "smart"], ["pg_ctl", "fast"]):
            time.sleep(1.5)
            stopped_at, before = time.monotonic(), postgres.process
            stop_by_hand(server, before.pid, *stop)
            assert eventually(lambda gone=before: postgres.process is not gone, 10), stop
            postgres.wait_ready(10)
            assert eventually(lambda: flow.good_since(time.monotonic() - 0.5), 10), stop
            assert time.monotonic() - stopped_at < 10, stop
    connection.close()
    assert {answer.status for answer in flow.bad()} <= {503}
    assert all(writer.done for writer in buyers)


def stop_by_hand(server: Postgres, pid: int, *how: str) -> None:
    """Stop a server as somebody at a prompt does: by its pid, or by its own program."""
    if how[0] == "kill":
        os.kill(pid, signal.SIGTERM)
        return
    command = [server.programs.folder / "pg_ctl", "stop", "-D", server.data, "-m", how[1], "-W"]
    subprocess.run(command, check=True, cwd="/", **placement.as_user(server.user))


def customer_of(path: str) -> Customer:
    """Return the customer a member's page is about."""
    return Customer.objects.get(vip_id=path.split("/")[2])


def all_sent(house) -> bool:
    """Wake the worker, and tell whether soon every email has an outcome."""
    house.kept_worker.wait_ready(20)
    # An email that a killed sender had in its hands is somebody's until its lease ends.
    past = timezone.now() - dt.timedelta(seconds=1)
    Email.objects.filter(leased_until_at__isnull=False).update(leased_until_at=past)
    house.ring()
    return eventually(lambda: not Email.objects.filter(sent_at=None, unknown_at=None).exists(), 20)
