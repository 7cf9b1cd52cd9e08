"""The machine as a whole, and how it is run."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from tests.machine.book import DAY
from tests.machine.checks import Checks
from tests.machine.players import which
from tests.machine.rules_admins import Admins
from tests.machine.rules_customers import Customers
from tests.machine.rules_people import People, somebody
from tests.machine.rules_purchases import Purchases, quantities
from tests.machine.rules_time import Time
from tests.machine.rules_year import Years
from tests.machine.world import ADDRESSES


class Console(Customers, Purchases, Years, People, Admins, Time, Checks):
    """Two resellers, their customers, the calendar and the mail provider."""

    @initialize(
        contacts=st.tuples(*[st.sampled_from(ADDRESSES)] * 2),
        wanted=st.tuples(*[quantities] * 2),
        people=st.lists(somebody, min_size=1, max_size=3, unique=True),
    )
    def first_customers(self, contacts, wanted, people):
        """Each reseller has a customer whose contact has accepted, who buys and gives."""
        for n, contact in enumerate(contacts):
            self.invite(n=n, contact=contact, custom=None, again=1)
            self._settle_down()
            self.follow(n=n, newest=False, who=5)
            self._settle_down()
            self.ask_for_products(n=n, quantities=wanted[n], member=bool(n), twice=1)
            self._settle_down()
            self.give(n=n, product=1, people=people)
            self._settle_down()

    @precondition(lambda self: self.world.organizations)
    @rule(n=which, m=which, quantities=quantities, people=st.lists(somebody, max_size=4))
    def busy_day(self, n, m, quantities, people):
        """A customer accepts what is new, gets what it may have, and uses it."""
        tenant, one = self.some_organization(n)
        self.ask_for_products(n=n, quantities=quantities, member=bool(m % 2), twice=1)
        self._settle_down()
        if m % 3 and any(row is one for _, row, _ in self.purchases(tenant)):
            self.order(n=n, m=0, back=21 * (m % 2), taken=1)
            self._settle_down()
        if self.world.active(one):
            self.accept_new_terms(n=n, m=1, version=1)
            self._settle_down()
            self.bring_list(n=n, people=[*people, m % 8], wrong=1)
            self._settle_down()

    @precondition(lambda self: self.world.organizations)
    @rule(n=which, near=st.integers(-31, 31), wanted=quantities, manner=st.integers(0, 3))
    def busy_term(self, n, near, wanted, manner):
        """A customer buys, its term ends, and it renews; some of it goes back, or is re-dated."""
        _tenant, one = self.some_organization(n)
        if not one.renewable():
            self.order_directly(n=n, back=0, wanted=(3, *wanted[1:]))
            self._settle_down()
        ends_on = one.anniversary
        if ends_on is not None and ends_on + near * DAY > self.world.today:
            self._move(ends_on + near * DAY)
            self._settle_down()
        self.renew(n=n, back=0, manner=manner, wanted=wanted, completes=bool(n % 2))
        self._settle_down()
        if n % 3:
            self.give_back(n=1, whole=n % 3 == 1, taken=(1, 1, 0), wrong=1)
            self._settle_down()
        self.correct(n=n, back=n % 2, ops=True)
        self._settle_down()

    def _settle_down(self) -> None:
        self.world.before = self.world.rows()
        self.note_emails()

    def teardown(self) -> None:
        """Ask for the invariants at the end, and forget the example."""
        try:
            self.check_end()
        finally:
            self.world.end()


def play(machine: type[Console], *, number: int, examples: int, steps: int, shrink: bool) -> int:
    """Play so many examples of so many steps from a seed; return the steps that were checked.

    The same number plays the same games. Raises AssertionError for what is found.
    """
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    machine.steps = 0
    run_state_machine_as_test(seed(number)(machine), settings=chosen)
    return machine.steps
