"""The world the machine plays in: two resellers, their people, products and calendar."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from authorizations.models import Product, Unit
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import ProgramTerms, Reseller, VipTerms
from reseller_console.tenancy.presets import PRESETS
from tests import personas
from tests.machine.book import DayCounts, Organization
from tests.machine.post_office import Book, MoodyProvider

BEGINNING = dt.date(2026, 1, 30)
ADDRESSES = ["vera@house.example", "Olaf@House.example", "mari@isik.example", "tiit@isik.example"]
STRANGER = "nobody@elsewhere.example"
# What a step may change; a refusal leaves every row of these as it was.
TENANTS_TABLES = (
    "authorizations_assignment",
    "authorizations_authorizationline",
    "authorizations_droppedrenewal",
    "authorizations_notice",
    "authorizations_order",
    "authorizations_orderline",
    "authorizations_person",
    "authorizations_purchaseauthorization",
    "authorizations_returnedline",
    "customers_admininvitation",
    "customers_customer",
    "customers_customerevent",
    "customers_invitation",
    "customers_membership",
    "customers_termsacceptance",
)
OTHER_TABLES = (
    "accounts_user",
    "notifications_email",
    "notifications_suppression",
    "notifications_trackingevent",
    "tenancy_vipterms",
)
# A row that is written anew has another place.
_HASH = "sum(hashtextextended(ctid::text || xmin::text, 0))::text || '/' || count(*)"
_ROWS = " UNION ALL ".join(
    [f"SELECT '{name}', 0, {_HASH} FROM {name}" for name in OTHER_TABLES]
    + [
        f"SELECT '{name}', reseller_id, {_HASH} FROM {name} GROUP BY reseller_id"
        for name in TENANTS_TABLES
    ]
)
# By table and reseller (0 for tables that are nobody's), what changes with any of its rows.
Rows = dict[tuple[str, int], str]


@dataclass
class Tenant:
    """A reseller with its people, and what was written down of its customers."""

    reseller: Reseller
    counts: DayCounts
    managers: list[User]
    terms: list[VipTerms]
    day_terms: ProgramTerms
    organizations: list[Organization] = field(default_factory=list)
    order_numbers: dict[int, str] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)

    def customer(self, organization: Organization) -> Customer:
        """Return the row as a page would have fetched it some time ago."""
        return self.customers[organization.pk]


def codes_of(*verbs: Callable[..., object]) -> set[str]:
    """Return the codes of refusals that the docstrings of these verbs name."""
    text = " ".join(inspect.getdoc(verb) or "" for verb in verbs)
    return set(re.findall(r'"(\w+)"', text))


class World:
    """Everything outside the model's books: the rows, the calendar, and who asks for what."""

    def __init__(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.ops = personas.make_ops("ops@console.example", "Olga Ops")
        self.people: dict[str, User] = {}
        self.closed: set[str] = set()
        self.set_today(BEGINNING)
        self.products = self._make_products()
        self.tenants = [
            self._make_tenant("North", "Europe/Tallinn", "30 days"),
            self._make_tenant("South", "America/New_York", "14 days"),
        ]
        self.open_book(knows_keys=False)
        self.before = self.rows()

    def end(self) -> None:
        """Forget everything."""
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def open_book(self, *, knows_keys: bool) -> None:
        """Choose whether the mail provider knows an email again by its key."""
        self.post: Book = MoodyProvider.open_book(knows_keys=knows_keys)

    def set_today(self, date: dt.date) -> None:
        """Move the calendar."""
        self.today = settings.CONSOLE_TODAY = date

    def _make_products(self) -> list[Product]:
        names = ("Paint", "Draw", "Cut")
        people = [
            Product.objects.create(name=f"Machine {name}", family="Machine", offering="team")
            for name in names[:2]
        ]
        device = Product.objects.create(
            name=f"Machine {names[2]}", family="Machine", offering="team", unit=Unit.DEVICE
        )
        return [*people, device]

    def _make_tenant(self, name: str, time_zone: str, preset: str) -> Tenant:
        program = personas.make_program(f"Program {name}", **PRESETS[preset])
        reseller = personas.make_reseller(name, program=program, time_zone=time_zone)
        domain = f"{name.lower()}.example"
        personas.make_user(f"ada@{domain}", "Ada", reseller, "primary")
        managers = [
            personas.make_user(f"{who.lower()}@{domain}", who, reseller, "manager")
            for who in ("Alice", "Anton")
        ]
        numbers = PRESETS[preset]
        counts = DayCounts(
            numbers["order_due_days"],
            numbers["suspended_after_days"],
            numbers["upcoming_days"],
        )
        return Tenant(
            reseller,
            counts,
            managers,
            [personas.make_vip_terms(program)],
            reseller.terms_on(self.today),
        )

    @property
    def organizations(self) -> list[tuple[Tenant, Organization]]:
        """Every customer with its reseller."""
        return [(tenant, one) for tenant in self.tenants for one in tenant.organizations]

    def user(self, address: str) -> User:
        """Return the member account with this address, read again."""
        return User.objects.get(pk=self.people[address.casefold()].pk)

    def active(self, organization: Organization) -> list[str]:
        """Return the addresses of its admins whose account is not closed."""
        return [address for address in organization.admins if address not in self.closed]

    def rows(self) -> Rows:
        """Return what changes with any row that verbs write."""
        with connection.cursor() as cursor:
            cursor.execute(_ROWS)
            return {(table, reseller): found for table, reseller, found in cursor.fetchall()}

    def act(
        self,
        verb: Callable[..., Any],
        *objects: Any,
        expect: str | None,
        codes: Sequence[Callable[..., object]] = (),
        **more: Any,
    ) -> Any:
        """Do something; it has to be refused with the code `expect`, or not at all for None.

        The code must be one that the verb's docstring names (or those of `codes`), and nothing
        may have changed.
        """
        try:
            done = verb(*objects, **more)
            # Nothing is ever committed: what waits for that is asked now.
            connection.check_constraints()
        except ActionRefused as refused:
            told = f"{verb.__name__} refused with {refused.code}: {refused}"
            assert refused.code == expect, f"{told}; expected {expect}"
            assert refused.code in codes_of(verb, *codes), f"{told}; its docstring is silent"
            assert self.rows() == self.before, f"{told}, and something changed"
            return None
        assert expect is None, f"{verb.__name__} was to be refused with {expect}"
        return done
