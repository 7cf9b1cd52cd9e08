"""The test database with its two roles, and the people the tests are about."""

from __future__ import annotations

import datetime as dt
import gc
import os
from collections.abc import Callable, Iterator

import environ
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connections
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from whitenoise.middleware import WhiteNoiseMiddleware

from reseller_console.lib import privileges
from tests import core, delivered, personas, strict_templates

TODAY = dt.date(2026, 3, 2)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--core`, `--all` (the long versions) and `--db-suffix` (side by side on one server)."""
    parser.addoption("--core", action="store_true", help="without what takes its time")
    parser.addoption("--all", action="store_true", help="more random steps, more rows")
    parser.addoption("--db-suffix", default="", help="part of the test database's name")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run three workers on two processors: tests of real processes and browsers often wait."""
    processors = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    )
    return (processors or 1) * 3 // 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the core and the rest; with `--core` the rest is left out.

    What takes long is begun first: begun last, it would leave all processes but one idle.
    """
    core.mark(items)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if config.getoption("--core"):
        left_out = [item for item in items if item.get_closest_marker("whole")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("core")]


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives to the end: the code and thousands of tests."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many random steps were checked, by whichever process."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    calls = [report for report in reports if getattr(report, "when", "") == "call"]
    found = [dict(report.user_properties) for report in calls]
    steps = sum(int(properties.get("random steps", 0)) for properties in found)
    if steps:
        seed = next(properties["seed"] for properties in found if "seed" in properties)
        terminalreporter.write_line(f"{steps:,} random steps checked; --hypothesis-seed={seed}")


@pytest.fixture(scope="session")
def long_run(request: pytest.FixtureRequest) -> bool:
    """Whether `--all` was given."""
    return bool(request.config.getoption("--all"))


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: object,
) -> Iterator[None]:
    """Make the test database as the owner, then work in it as the application role."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    connection = connections["default"]
    keys = ("USER", "PASSWORD", "HOST", "PORT")
    app = {key: connection.settings_dict[key] for key in keys}
    owner_url = environ.Env().db_url_config(django_settings.DATABASE_OWNER_URL)
    owner = {key: owner_url.get(key, "") for key in keys}
    suffix = request.config.getoption("--db-suffix") + worker
    connection.settings_dict["TEST"]["NAME"] = f"test_console_{suffix or 'alone'}"
    with django_db_blocker.unblock():
        connection.settings_dict.update(owner)
        old = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        with connection.cursor() as cursor:
            # Only the tests empty tables; the product never does.
            role = django_settings.DATABASE_APP_ROLE
            cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{role}"')
            privileges.COMPARED = tuple(set(privileges.COMPARED) - {"TRUNCATE"})
        delivered.remember()
        connection.close()
        connection.settings_dict.update(app)
    post_migrate.connect(delivered.store_again, sender=apps.get_app_config("authorizations"))
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(owner)
        teardown_databases(old, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def static_files_listed_once() -> Iterator[None]:
    """Every test client loads the middleware anew; only the first looks for the static files.

    A real process does so once, when it starts: in tests it took a fifth of their time.
    """
    listed: dict[str, object] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not listed:
            look(middleware)
            listed.update(middleware.files)
        middleware.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def a_missing_name_is_an_error() -> Iterator[None]:
    """Let no template ask for a name that is not there."""
    with strict_templates.no_gaps():
        yield


@pytest.fixture(autouse=True)
def pinned_today(settings: object) -> dt.date:
    """Pin the calendar to Monday, 2 March 2026."""
    settings.CONSOLE_TODAY = TODAY
    return TODAY


@pytest.fixture(autouse=True)
def room_for_invitations(settings: object) -> None:
    """Let tests send as many invitations as they like; those of the limits set them."""
    for name in ("PERSON_HOUR", "PERSON_DAY", "RESELLER_HOUR", "RESELLER_DAY"):
        setattr(settings, f"INVITATIONS_PER_{name}", 1_000_000)


@pytest.fixture
def set_today(settings: object) -> Callable[[dt.date | str], dt.date]:
    """Return a function that moves the calendar to a date."""

    def move(date: dt.date | str) -> dt.date:
        date = dt.date.fromisoformat(date) if isinstance(date, str) else date
        settings.CONSOLE_TODAY = date
        return date

    return move


@pytest.fixture
def program(db: None):
    """The default program: due after 30 days, suspended after 60."""
    return personas.make_program()


@pytest.fixture
def north(program):
    """Reseller North, of Alice, Bob and Ada."""
    return personas.make_reseller("North", program=program, time_zone="Europe/Tallinn")


@pytest.fixture
def south(program):
    """Reseller South, of Charlie and Sam."""
    return personas.make_reseller("South", program=program, time_zone="America/New_York")


@pytest.fixture
def alice(north):
    """Alice manages customers at North."""
    return personas.make_user("alice@north.example", "Alice Adams", north, "manager")


@pytest.fixture
def bob(north):
    """Bob only views at North."""
    return personas.make_user("bob@north.example", "Bob Brown", north, "viewer")


@pytest.fixture
def ada(north):
    """Ada is the primary admin of North."""
    return personas.make_user("ada@north.example", "Ada Ahlberg", north, "primary")


@pytest.fixture
def charlie(south):
    """Charlie manages customers at South and must never see anything of North."""
    return personas.make_user("charlie@south.example", "Charlie Clark", south, "manager")


@pytest.fixture
def sam(south):
    """Sam is the primary admin of South."""
    return personas.make_user("sam@south.example", "Sam Smith", south, "primary")


@pytest.fixture
def ops(db: None):
    """Ops run the console and use the Django admin."""
    return personas.make_ops("ops@console.example", "Olga Ops")


@pytest.fixture
def login(db: None) -> Callable[..., Client]:
    """Return a function that gives a browser in which somebody is signed in."""

    def sign_in(user: Model, **defaults: str) -> Client:
        client = Client(**defaults)
        # As the account is now: a session that began before a change of it is not one.
        user.refresh_from_db()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def make_customer(alice):
    """Return a function that makes a customer of North, managed by Alice unless told."""

    def make(**fields: object):
        fields.setdefault("managed_by", alice)
        return personas.make_customer(**fields)

    return make


@pytest.fixture
def customer(make_customer):
    """One customer of North that has nothing yet."""
    return make_customer()


@pytest.fixture
def vip_terms(program):
    """The VIP terms in force, version 1."""
    return personas.make_vip_terms(program)


@pytest.fixture
def vera(customer, vip_terms):
    """Vera is VIP admin of `customer` and has accepted its terms."""
    return personas.make_member(customer, "vera@customer.example", "Vera Vaher", accepts=vip_terms)


@pytest.fixture
def viktor(customer, vera):
    """Viktor is the second VIP admin of Vera's customer."""
    return personas.make_member(customer, "viktor@customer.example", "Viktor Vask")


@pytest.fixture
def olaf(make_customer, vip_terms):
    """Olaf is VIP admin of another customer of North."""
    other = make_customer(name="Olaf's Organization")
    return personas.make_member(other, "olaf@other.example", "Olaf Oja", accepts=vip_terms)
