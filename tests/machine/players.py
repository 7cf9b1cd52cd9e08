"""What all rules of the machine share: choosing somebody or something by a number."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from reseller_console.tenancy.models import Day
from tests.machine.book import Organization, Purchase
from tests.machine.world import Tenant, World

SETTLED = ("ordered", "returned", "cancelled")
which = st.integers(0, 11)

Bought = tuple[Tenant, Organization, Purchase]


class Players(RuleBasedStateMachine):
    """The machine's world, and ways to find what a rule is about."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def some_organization(self, n: int) -> tuple[Tenant, Organization]:
        """Return one of all customers."""
        found = self.world.organizations
        return found[n % len(found)]

    def purchases(self, tenant: Tenant | None = None) -> list[Bought]:
        """Return all PAs, or those of one reseller, the newest of each customer first."""
        return [
            (where, one, purchase)
            for where, one in self.world.organizations
            for purchase in reversed(one.purchases)
            if tenant is None or where is tenant
        ]

    def some_purchase(self, n: int, *, to_order: bool = False) -> Bought:
        """Return one of all PAs; with `to_order` mostly one that can be ordered."""
        found = self.purchases()
        open_ones = [row for row in found if row[2].state(self.world.today) not in SETTLED]
        if open_ones and (not to_order or n % 4):
            found = open_ones if n % 4 else found
        return found[n % len(found)]

    def tenant_of(self, one: Organization) -> Tenant:
        """Return the reseller of a customer."""
        return next(tenant for tenant, other in self.world.organizations if other is one)

    def day_of(self, one: Organization) -> Day:
        """Return the day and the program's terms of a customer."""
        return self.tenant_of(one).reseller.day(self.world.today)
