"""Real processes for tests of races and crashes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
from django.core.management import call_command
from django.test import override_settings

from authorizations import invariants
from authorizations.actions.create import create_authorization
from authorizations.models import Product, PurchaseAuthorization
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import VipTerms
from tests import personas
from tests.conftest import TODAY
from tests.live import databases, processes
from tests.live.house import House, open_house
from tests.personas import day_of

UNGUARDED = "tests.live.unguarded:application"
# The running console knows no quick test passwords.
STRONG = ["django.contrib.auth.hashers.ScryptPasswordHasher"]


@pytest.fixture(scope="session")
def database_name(request: pytest.FixtureRequest, worker_id: str) -> str:
    """What the databases of this run are called."""
    return f"live_console_{request.config.getoption('--db-suffix')}{worker_id}"


@pytest.fixture(scope="session")
def seeded(
    database_name: str, django_test_environment: None, django_db_blocker: object
) -> Iterator[str]:
    """A migrated database with the personas, to be copied."""
    databases.make(database_name)
    with django_db_blocker.unblock():
        with databases.entered(database_name, owner=True):
            call_command("migrate", verbosity=0)
        with databases.entered(database_name):
            seed()
    yield database_name
    databases.drop(database_name)


@override_settings(PASSWORD_HASHERS=STRONG)
def seed() -> None:
    """Make two resellers with their colleagues, the terms, and ops."""
    program = personas.make_program()
    personas.make_vip_terms(program)
    north = personas.make_reseller("North", program=program, time_zone="Europe/Tallinn")
    south = personas.make_reseller("South", program=program, time_zone="America/New_York")
    personas.make_user("alice@north.example", "Alice Adams", north, "manager")
    personas.make_user("bob@north.example", "Bob Brown", north, "viewer")
    personas.make_user("ada@north.example", "Ada Ahlberg", north, "primary")
    personas.make_user("charlie@south.example", "Charlie Clark", south, "manager")
    personas.make_user("sam@south.example", "Sam Smith", south, "primary")
    personas.make_ops("ops@console.example", "Olga Ops")


@pytest.fixture(scope="session")
def running_house(seeded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The console as it is, running."""
    with open_house(f"{seeded}_house", like=seeded, folder=tmp_path_factory.mktemp("house")) as it:
        yield it


@pytest.fixture
def house(running_house: House, django_db_blocker: object) -> Iterator[House]:
    """The running console; this process works in its database, and leaves it sound."""
    with django_db_blocker.unblock(), databases.entered(running_house.database):
        running_house.mail.taken.clear()
        yield running_house
        assert invariants.broken() == []


@pytest.fixture(scope="session")
def open_another(
    seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., AbstractContextManager[House]]]:
    """Return a function that runs another console, of another `entry`, for as long as needed."""
    numbers = itertools.count(1)

    def another(entry: str = processes.PRODUCT, **variables: str) -> AbstractContextManager[House]:
        return open_house(
            f"{seeded}_other{next(numbers)}",
            like=seeded,
            folder=tmp_path_factory.mktemp("other"),
            entry=entry,
            more_variables=variables,
        )

    return another


@pytest.fixture
def enter(django_db_blocker: object) -> Iterator[Callable[[House], House]]:
    """Return a function that lets this process work in the database of a house."""
    with ExitStack() as stack:

        def go_in(house: House) -> House:
            stack.enter_context(django_db_blocker.unblock())
            stack.enter_context(databases.entered(house.database))
            return house

        yield go_in


@pytest.fixture
def without_web(seeded, tmp_path, enter):
    """A house with a broker and nothing else that runs."""
    name = f"{seeded}_nights"
    databases.make(name, like=seeded)
    house = House(name, tmp_path)
    try:
        house.broker.start()
        house.broker.wait_ready(20)
        yield enter(house)
        assert invariants.broken() == []
    finally:
        house.close()
        databases.drop(name)


@pytest.fixture(scope="session")
def running_without_keys(open_another) -> Iterator[House]:
    """A console in which a form acts as often as it is sent, running."""
    with open_another(UNGUARDED, WITHOUT="keys") as it:
        yield it


@pytest.fixture
def house_without_keys(running_without_keys, enter) -> House:
    """The running console in which a form acts as often as it is sent."""
    return enter(running_without_keys)


@pytest.fixture(scope="session")
def running_without_lock(open_another) -> Iterator[House]:
    """A console that changes teams and customers without locking them, running."""
    with open_another(UNGUARDED, WITHOUT="lock") as it:
        yield it


@pytest.fixture
def house_without_lock(running_without_lock, enter) -> House:
    """The running console that changes teams and customers without locking them."""
    return enter(running_without_lock)


@pytest.fixture
def new_customer():
    """Return a function that makes a customer of Alice's, in whichever house is open."""

    def make(**fields: object):
        return personas.make_customer(managed_by=alice(), **fields)

    return make


@pytest.fixture
def new_authorization(new_customer):
    """Return a function that gives a new customer a pending PA."""

    def make(customer: object = None) -> PurchaseAuthorization:
        return create_authorization(
            customer or new_customer(),
            lines=[(a_product(), 5)],
            po_number="",
            by=alice(),
            day=day_of(customer or new_customer(), TODAY),
        )

    return make


def alice() -> User:
    """Return Alice as the open house knows her."""
    return User.objects.get(email="alice@north.example")


def a_product() -> Product:
    """Return a product for teams of every segment that can be had by PA."""
    found = Product.objects.filter(
        offering="team", by_authorization=True, minimum_quantity=1, segments__contains=["COM"]
    )
    return found[0]


def vip_terms() -> VipTerms:
    """Return the terms of the program of North and South."""
    return VipTerms.objects.get(program__resellers__name="North")
