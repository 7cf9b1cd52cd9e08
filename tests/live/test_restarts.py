"""A console that is restarted, or whose database is killed, while people work in it."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from authorizations import invariants
from authorizations.actions.create import create_authorization
from authorizations.models import Assignment, PurchaseAuthorization
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

pytestmark = pytest.mark.xdist_group("live")

ALICE, VERA = "alice@north.example", "vera@kept.example"


@pytest.fixture
def kept(seeded, tmp_path, enter):
    """A console whose web and worker are started again by the supervisor."""
    name = f"{seeded}_kept"
    databases.make(name, like=seeded)
    try:
        with kept_house(name, folder=tmp_path) as house:
            yield enter(house)
            assert invariants.broken() == []
    finally:
        databases.drop(name)


@pytest.fixture
def own_server(seeded, tmp_path, django_db_blocker):
    """A console on a PostgreSQL of its own, both under the supervisor."""
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
    service = server.service(tmp_path / "postgres.log")
    mine = {"DATABASE_URL": server.url(APPLICATION)}
    try:
        with ExitStack() as stack:
            stack.enter_context(django_db_blocker.unblock())
            stack.enter_context(seeded_at(service, server))
            house = stack.enter_context(
                kept_house("console", folder=tmp_path, first=[service], more_variables=mine)
            )
            stack.enter_context(databases.entered_at(server.url(APPLICATION)))
            yield house, service
    finally:
        shutil.rmtree(folder)


@contextmanager
def seeded_at(service, server):
    """Fill a new server with the schema and the personas; it is stopped again."""
    service.start()
    try:
        service.wait_ready(30)
        with databases.entered_at(server.url(OWNER)):
            call_command("migrate", verbosity=0)
        with databases.entered_at(server.url(APPLICATION)):
            seed()
    finally:
        service.ask_to_stop()
        service.stop()
    yield


def at_work(house, customer, address: str) -> tuple:
    """Return the VIP admin of a customer with many licences, and where they are given."""
    with override_settings(PASSWORD_HASHERS=STRONG):
        personas.make_member(customer, address, "Vera Vaher", accepts=vip_terms())
    product = a_product()
    create_authorization(customer, lines=[(product, 5_000)], po_number="", by=alice(), today=TODAY)
    return house.person(address), f"{customer.get_member_url()}products/{product.pk}/give/"


def buyer(house, customer) -> Writer:
    """Return Alice, who creates one PA after the other for a customer."""
    alice, path = house.person(ALICE), f"/customers/{customer.vip_id}/authorizations/new/"
    fields = alice.form(path) | {"product": [str(a_product().pk)], "quantity": ["3"]}
    return Writer(alice, path, fields)


def giver(person, path) -> Writer:
    """Return a VIP admin who gives one licence after the other."""
    fields = person.form(path, having="address") | {"name": ""}
    return Writer(person, path, fields, lambda number: {"address": f"p{number}@people.example"})


def test_c44_a_rolling_restart_fails_no_request_and_loses_no_mail(kept, new_customer, long_run):
    customers = [new_customer() for _ in range(2)]
    buyers = [buyer(kept, customer) for customer in customers]
    person, path = at_work(kept, new_customer(), VERA)
    givers = [giver(person, path)]
    readers = [Reader(kept.person(ALICE), "/customers/"), Reader(person, path, "/member/")]
    with traffic([*buyers, *givers, *readers]) as flow:
        for _ in range(6 if long_run else 1):
            time.sleep(1)
            end(kept.web, signal.SIGTERM)
            kept.ring()
            time.sleep(0.5)
            end(kept.kept_worker, signal.SIGTERM)
            kept.web.wait_ready(20)
    assert flow.bad() == []
    assert all(writer.done for writer in (*buyers, *givers))
    made = PurchaseAuthorization.objects.filter(customer__in=customers)
    assert made.count() == sum(len(one.done) for one in buyers)
    assert Assignment.objects.held().count() == len(givers[0].done)
    waiting = Email.objects.filter(sent_at=None)
    kept.kept_worker.wait_ready(20)
    kept.ring()
    assert eventually(lambda: not waiting.exists(), 20)
    assert kept.mail.doubles() == []
    assert len(kept.mail.taken) == Email.objects.count()


def test_c25_a_killed_database_is_back_within_ten_seconds_with_all_it_confirmed(
    own_server, new_customer, long_run
):
    house, postgres = own_server
    customers = [new_customer() for _ in range(3)]
    buyers = [buyer(house, customer) for customer in customers]
    person, path = at_work(house, new_customer(), VERA)
    givers = [giver(person, path)]
    readers = [Reader(house.person(ALICE), "/customers/"), Reader(person, path)]
    outages = []
    with traffic([*buyers, *givers, *readers]) as flow:
        for _ in range(5 if long_run else 1):
            time.sleep(2)
            killed_at = time.monotonic()
            end(postgres, signal.SIGKILL)
            assert eventually(lambda since=killed_at: flow.good_since(since), 20)
            time.sleep(2)
            last_bad = max((answer.began for answer in flow.bad()), default=killed_at)
            assert flow.good_since(last_bad), "nothing is good again"
            outages.append(flow.good_since(last_bad) - killed_at)
    # This process had a line to the server, too.
    connection.close()
    assert max(outages) < 10
    assert {answer.status for answer in flow.bad()} <= {503}
    assert all(writer.done for writer in (*buyers, *givers))
    # What was not confirmed was sent again, and nothing was carried out twice.
    made = PurchaseAuthorization.objects.filter(customer__in=customers)
    told = {place.rpartition("=")[2] for one in buyers for place in one.done}
    assert told <= set(made.values_list("number", flat=True))
    assert made.count() <= sum(len(one.done) + 1 for one in buyers)
    assert Assignment.objects.held().count() in (len(givers[0].done), len(givers[0].done) + 1)
    assert invariants.broken() == []
    command = project.manage_command(PYTHON, "invariants")
    subprocess.run(command, env=house.variables, check=True, stdout=subprocess.DEVNULL)
    house.ring()
    assert eventually(lambda: not Email.objects.filter(sent_at=None, unknown_at=None).exists(), 20)
    assert house.mail.doubles() == []
