"""Tenants full of customers, made inside the database: the same ones each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.db import connection, transaction
from psycopg import sql

from authorizations.night.notices import take_as_told
from authorizations.rules import rollup
from benchmarks.earlier import EARLIER
from benchmarks.names import base_names, contacts, searchable_sql, words
from benchmarks.scratch import UNLIMITED, owner_connection, vacuum
from benchmarks.statements import PLAN, TABLES, writes
from customers import tally
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Program, ProgramTerms, Reseller

SMALL, TINY = 1_000, 10
_SPARE_IDS = 10  # ids of purchases a customer may use


@dataclass(frozen=True)
class Tenant:
    """A seeded reseller and a colleague who looks at its customers."""

    reseller: Reseller
    asker: User
    customers: int


@dataclass(frozen=True)
class Tenants:
    """The tenants of a run."""

    big: Tenant
    small: Tenant
    tiny: Tenant


def seed(customers: int, say: Callable[[str], None]) -> None:
    """Fill an empty database: `customers` in one tenant, 1,000 and 10 in two others."""
    program = Program.objects.create(name="Benchmarks")
    ProgramTerms.objects.create(program=program, effective_on="2000-01-01")
    first_id = 1
    sizes = {"Big": customers, "Small": SMALL, "Tiny": TINY}
    with owner_connection() as owner:
        _prepare(owner)
        with _bare_tables(owner, say):
            for name, size in sizes.items():
                started = time.monotonic()
                reseller = _make_team(name, program, managers=20 if size > SMALL else 5)
                _fill(owner, reseller, size, first_id=first_id)
                first_id += size
                say(f"{name}: {size:,} customers in {time.monotonic() - started:.0f} s")
    started = time.monotonic()
    vacuum()
    for reseller in Reseller.objects.all():
        tally.compact(reseller.pk, today=reseller.today())
    vacuum()
    say(f"vacuumed and analyzed in {time.monotonic() - started:.0f} s")
    _check()


def _check() -> None:
    """Make sure that what was written is what the product itself would have written."""
    for reseller in Reseller.objects.all():
        day = reseller.day()
        assert tally.drift(reseller.pk, day) == 0
        assert not rollup.stale(reseller, day=day)
        sample = Customer.objects.filter(reseller=reseller).order_by("vip_id")[:200]
        for customer in sample:
            stored = [getattr(customer, field) for field in Customer.DERIVED_FIELDS]
            customer.derive_keys()
            assert stored == [getattr(customer, field) for field in Customer.DERIVED_FIELDS]


def tenants() -> Tenants:
    """Return the tenants of a seeded database."""
    return Tenants(*(_tenant(name) for name in ("Big", "Small", "Tiny")))


def _tenant(name: str) -> Tenant:
    reseller = Reseller.objects.select_related("program").get(name=name)
    asker = User.objects.get(email=f"manager1@{name.lower()}.example")
    return Tenant(reseller, asker, Customer.objects.filter(reseller=reseller).count())


def _make_team(name: str, program: Program, *, managers: int) -> Reseller:
    """Make a reseller with a primary admin and managers, the first of whom asks for pages."""
    reseller = Reseller.objects.create(name=name, program=program)
    domain = f"{name.lower()}.example"
    User.objects.create(
        email=f"primary@{domain}", name=f"Primary of {name}", reseller=reseller, role="primary"
    )
    for number in range(1, managers + 1):
        User.objects.create(
            email=f"manager{number}@{domain}",
            name=f"Manager {number} of {name}",
            reseller=reseller,
            role="manager",
        )
    return reseller


def _prepare(owner: psycopg.Connection) -> None:
    """Hand the names to the database, and a way to choose that is the same each time."""
    owner.execute(
        "CREATE TEMP TABLE name (k int PRIMARY KEY, typed text, key text, sort text, search text)"
    )
    owner.execute(
        "CREATE TEMP TABLE person (k int PRIMARY KEY, first_name text, last_name text, search text)"
    )
    owner.execute("CREATE TEMP TABLE word (k int PRIMARY KEY, word text, first int, last int)")
    names = ((name.typed, name.key, name.sort, name.search) for name in base_names())
    for table, rows in (("name", names), ("person", contacts()), ("word", words())):
        with owner.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for k, row in enumerate(rows):
                copy.write_row((k, *row))
        owner.execute(f"ANALYZE {table}")
    owner.execute(
        "CREATE FUNCTION pg_temp.pick(n bigint, seed int, choices int) RETURNS int IMMUTABLE"
        " LANGUAGE sql RETURN ((hashint8extended(n, seed) & 9223372036854775807) % choices)::int"
    )
    owner.execute(
        "CREATE FUNCTION pg_temp.searchable(typed text) RETURNS text IMMUTABLE"
        f" LANGUAGE sql RETURN {searchable_sql('lower(typed)')}"
    )


def _fill(owner: psycopg.Connection, reseller: Reseller, size: int, *, first_id: int) -> None:
    """Write a tenant's customers and their purchases, and compute what the rail filters by."""
    day = reseller.day()
    managers = list(
        User.objects.filter(reseller=reseller, role="manager")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    facts = {
        "reseller": reseller.pk,
        "managers": managers,
        "first": first_id,
        "last": first_id + size - 1,
        "spare": _SPARE_IDS,
        "today": day.today,
        "due": day.terms.order_due_days,
        "suspended": day.terms.suspended_after_days,
        "window": day.terms.renewal_closes_days,
    }
    owner.execute("DROP TABLE IF EXISTS plan")
    analyze = f"ANALYZE {', '.join(TABLES)}"
    for statement in (PLAN, "ANALYZE plan", *writes(), analyze):
        owner.execute(statement, facts if "%(" in statement else None)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNLIMITED.replace("SET ", "SET LOCAL "))
        rollup.refresh(reseller, day=day)
        take_as_told(reseller, day=day)
    for statement in EARLIER:
        owner.execute(statement, facts)


@contextmanager
def _bare_tables(owner: psycopg.Connection, say: Callable[[str], None]) -> Iterator[None]:
    """Fill the tables without indexes, foreign keys and guards, as a restore does.

    The tally is kept all the same: it counts what is stored.
    """
    tables = list(TABLES)
    guards = owner.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
        " AND tgrelid = ANY(%s::regclass[]) AND tgname NOT LIKE 'customers_tally%%'",
        [tables],
    ).fetchall()
    indexes = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)",
        [tables],
    ).fetchall()
    keys = owner.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        [tables],
    ).fetchall()
    for table, key, _ in keys:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
    for index, _ in indexes:
        owner.execute(f"DROP INDEX {index}")
    for table, guard in guards:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    for table, guard in guards:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")
    started = time.monotonic()
    # The rollup wrote every customer a second time.
    owner.execute("VACUUM FULL customers_customer")
    owner.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        owner.execute(definition)
    for table, key, definition in keys:
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}")
    for table in tables:
        name = sql.Literal(table)
        owner.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) + 1 FROM {}))"
            ).format(name, sql.Identifier(table))
        )
    say(f"indexes and foreign keys in {time.monotonic() - started:.0f} s")
