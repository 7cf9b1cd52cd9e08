"""Organizations with many people, and what their pages and files cost."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Product, PurchaseAuthorization
from benchmarks.bars import Line, Run, bar, ratio_line
from benchmarks.browser import Browser
from benchmarks.names import searchable_sql
from benchmarks.scratch import owner_connection
from benchmarks.seed import Tenant
from benchmarks.timing import interleave
from customers.models import Customer, Membership
from reseller_console.accounts.models import User

MANY, FEW = 100_000, 100
# Seconds after which few samples are enough.
_PATIENCE = 120
# People come in two kinds: those who have a license, one in twenty of which is suspended,
# and a tenth as many who had one.
_SUSPENDED, _ENDED = 20, 10

_PEOPLE = f"""
WITH typed AS (
    SELECT n, 'Person ' || lpad((n * 7919 %% %(people)s)::text, 6, '0') || ' '
           || (ARRAY['Tamm','Weber','Silva','Novak','Rossi','Sepp','Kask','Meyer'])[1 + n %% 8]
           AS name, 'p' || n || '@people.example' AS address
    FROM generate_series(0, %(people)s - 1) AS n
),
person AS (
    INSERT INTO authorizations_person (
        reseller_id, customer_id, name, address, address_key, name_sort, search_text
    )
    SELECT %(reseller)s, %(customer)s, name, address, address, lower(name),
           {searchable_sql("lower(name || ' ' || address)")}
    FROM typed ORDER BY n
    RETURNING id
)
INSERT INTO authorizations_assignment (
    reseller_id, customer_id, product_id, person_id, assigned_at, stands_at, assigned_by_id,
    ended_at, ended_by_id, ended_because
)
SELECT %(reseller)s, %(customer)s, %(product)s, id, at, at, %(by)s,
       CASE WHEN gone THEN at + interval '1 day' END, CASE WHEN gone THEN %(by)s END,
       CASE WHEN gone THEN 'taken_back' ELSE '' END
FROM person
JOIN (VALUES (false), (true)) AS twice (gone) ON NOT gone OR id %% %(ended)s = 0
CROSS JOIN LATERAL (SELECT %(first)s::timestamptz + id * interval '1 second' AS at) AS given
"""

_COPY = """
COPY (
    SELECT person.name, person.address, product.name, assignment.stands_at,
           assignment.assigned_at, giver.name, assignment.ended_at, assignment.ended_because,
           ender.name
    FROM authorizations_assignment assignment
    JOIN authorizations_person person ON person.id = assignment.person_id
    JOIN authorizations_product product ON product.id = assignment.product_id
    LEFT JOIN accounts_user giver ON giver.id = assignment.assigned_by_id
    LEFT JOIN accounts_user ender ON ender.id = assignment.ended_by_id
    WHERE person.customer_id = %s AND assignment.ended_at IS NULL
    ORDER BY person.name_sort, person.id, product.family, product.name,
             assignment.assigned_at DESC, assignment.id
) TO STDOUT (FORMAT csv)
"""


@dataclass(frozen=True)
class Crowd:
    """An organization of so many people, its admin, and the product all of them have."""

    customer: Customer
    admin: User
    product: Product
    people: int

    def path(self, rest: str) -> str:
        """Return an address below the organization's."""
        return f"{self.customer.get_member_url()}{rest}"


def crowd(tenant: Tenant, people: int) -> Crowd:
    """Return the tenant's organization of so many people; it is made when there is none."""
    email = f"admin-of-{people}@bench.example"
    held = Membership.objects.filter(user__email=email)
    new = not held.exists()
    if new:
        _make(tenant, people, email)
    found = held.select_related("customer__reseller__program", "user").get()
    made = Crowd(found.customer, found.user, _product(), people)
    if new:
        _fill(made)
    return made


def _product() -> Product:
    sold = Product.objects.filter(
        by_authorization=True, offering="enterprise", segments__contains=["COM"], unit="user"
    )
    return sold.order_by("pk")[0]


def _make(tenant: Tenant, people: int, email: str) -> None:
    """Make an organization that owns so many licenses, with an admin."""
    fresh = Customer.objects.of(tenant.asker).filter(
        anniversary_on=None, withdrawn_at=None, segment="COM", offerings__contains=["enterprise"]
    )
    free = fresh.exclude(pk__in=Membership.objects.values("customer"))
    customer = free.select_related("reseller__program", "managed_by").order_by("pk")[0]
    suspended = max(people // _SUSPENDED, 1)
    today = tenant.reseller.today()
    with transaction.atomic():
        admin = User.objects.create(email=email, name=f"Admin of {people}")
        Membership.objects.create(
            reseller=tenant.reseller, customer=customer, user=admin, joined_at=timezone.now()
        )
        bought = _buy(customer, tenant, people - suspended, on=today - dt.timedelta(days=120))
        record_order(
            [bought],
            number=f"O-crowd-{people}",
            ordered_on=bought.created_on,
            by=tenant.asker,
            day=tenant.reseller.day(bought.created_on),
        )
        _buy(customer, tenant, suspended, on=today - dt.timedelta(days=90))


def _buy(
    customer: Customer, tenant: Tenant, licenses: int, *, on: dt.date
) -> PurchaseAuthorization:
    return create_authorization(
        customer,
        lines=[(_product(), licenses)],
        po_number="",
        by=tenant.asker,
        day=tenant.reseller.day(on),
    )


def _fill(crowd: Crowd) -> None:
    """Give everybody a license, by SQL, and let the planner know."""
    facts = {
        "reseller": crowd.customer.reseller_id,
        "customer": crowd.customer.pk,
        "product": crowd.product.pk,
        "people": crowd.people,
        "by": crowd.admin.pk,
        "ended": _ENDED,
        "first": "2026-01-01",
    }
    with owner_connection() as owner:
        owner.execute(_PEOPLE, facts)
        owner.execute("VACUUM (ANALYZE) authorizations_person, authorizations_assignment")


@bar("B22", "a file of 100,000 people is written a batch at a time, by the database above all")
def file_or_copy(run: Run) -> Iterator[Line]:
    """Compare the file of a large organization's people with a COPY of the same columns."""
    found = crowd(run.tenants.big, MANY)
    browser = Browser(found.admin)

    def export() -> int:
        return sum(map(len, browser.get(found.path("people/export.csv"))))

    def copy() -> int:
        with connection.cursor() as cursor, cursor.copy(_COPY, [found.customer.pk]) as rows:
            return sum(map(len, rows))

    sides = [export, copy]
    file, rows = interleave(sides, rounds=run.samples, warm_up=1, patience=_PATIENCE)
    yield ratio_line("B22", (f"CSV of {MANY:,} people", file), ("COPY", rows), 12)
    before, most = _resident(), 0.0
    for _piece in browser.get(found.path("people/export.csv")):
        most = max(most, _resident() - before)
    yield Line("B22", f"{most:.1f} MB more while it is written", "10 MB", most / 10, 1)


@bar("B28", "an organization's pages cost hardly more for 100,000 people than for 100")
def many_people_or_few(run: Run) -> Iterator[Line]:
    """Compare the pages about people, and the manager's details, of two organizations."""
    many, few = crowd(run.tenants.big, MANY), crowd(run.tenants.big, FEW)
    manager = Browser(run.tenants.big.asker)
    pages = {
        "people": (lambda found: Browser(found.admin).page(found.path("people/")), 2.0),
        "people, a search": (
            lambda found: Browser(found.admin).page(found.path("people/?q=tamm")),
            3.0,
        ),
        "product": (
            lambda found: Browser(found.admin).page(found.path(f"products/{found.product.pk}/")),
            2.0,
        ),
        "details": (lambda found: manager.page(found.customer.get_absolute_url()), 2.0),
    }
    for name, (page, target) in pages.items():
        above, below = interleave([page(many), page(few)], rounds=run.samples)
        sides = (f"{name}, {MANY:,} people", above), (f"{FEW} people", below)
        yield ratio_line("B28", *sides, target)


def _resident() -> float:
    """Return the memory this process holds, in megabytes; 0 where Linux does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
