"""What VIP admins do with licenses: assign, take back, choose, import a list."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from authorizations.actions.assign import assign, take_back
from authorizations.actions.choose import choose_last
from authorizations.actions.import_people import import_people, plan_import
from authorizations.importing.rows import Row
from authorizations.licenses.choosing import Answer, answered, refuse_if_changed
from authorizations.licenses.people import Named
from authorizations.models import Assignment, Product
from tests.machine.book import Holder, Organization
from tests.machine.players import Players, which
from tests.personas import day_of

somebody = st.integers(0, 7)


def address_of(number: int) -> str:
    """Return the address of one of a customer's eight people."""
    return f"person{number}@people.example"


class People(Players):
    """Licenses in people's hands."""

    def _with_admins(self) -> list[Organization]:
        return [one for _, one in self.world.organizations if self.world.active(one)]

    def _chosen(self, n: int) -> Organization:
        """Return one customer that has admins, mostly one with something to give."""
        found = self._with_admins()
        rich = [one for one in found if one.has_products(self.world.today)]
        found = rich if rich and n % 4 else found
        return found[n % len(found)]

    def _by(self, one: Organization, n: int):
        active = self.world.active(one)
        return self.world.user(active[n % len(active)])

    def _product(self, one: Organization, n: int) -> Product:
        """Return a product, mostly one of which licenses are owned and given to people."""
        *given, device = self.world.products
        if n == 0:
            return device
        owned = [product for product in given if one.owned(product.pk, self.world.today)]
        found = owned if owned and n < 7 else given
        return found[n % len(found)]

    def _has_to_accept(self, one: Organization) -> bool:
        return self.tenant_of(one).terms[-1].version not in one.accepted_versions

    @precondition(lambda self: self._with_admins())
    @rule(n=which, product=st.integers(0, 7), people=st.lists(somebody, min_size=1, max_size=3))
    def give(self, n, product, people):
        """An admin gives one person or several a license."""
        one = self._chosen(n)
        what = self._product(one, product)
        addresses = [address_of(number) for number in people]
        made = self.world.act(
            assign,
            self.tenant_of(one).customer(one),
            what,
            people=[("", address.title()) for address in addresses],
            by=self._by(one, n),
            day=day_of(self.tenant_of(one).reseller, self.world.today),
            expect=self._why_not_given(one, what, addresses),
        )
        if made:
            self._note_given(
                one, what, [(row.pk, who) for row, who in zip(made, addresses, strict=True)]
            )

    def _why_not_given(
        self, one: Organization, product: Product, addresses: Sequence[str]
    ) -> str | None:
        today = self.world.today
        if self._has_to_accept(one):
            return "terms"
        if product is self.world.products[2]:
            return "not_given_to_people"
        if not one.owned(product.pk, today):
            return "not_held"
        line = [holder.address for holder in one.held(product.pk)]
        if len(set(addresses)) < len(addresses) or set(addresses) & set(line):
            return "has_it"
        free = one.usable(product.pk, today) - len(line)
        return "none_free" if free < len(addresses) else None

    def _note_given(
        self, one: Organization, product: Product, given: list[tuple[int, str]]
    ) -> None:
        for assignment, address in given:
            holder = Holder(assignment, address)
            one.held(product.pk).append(holder)
            one.given.append((product.pk, holder))

    @precondition(lambda self: any(one.given for one in self._with_admins()))
    @rule(n=which, chosen=st.lists(which, min_size=1, max_size=3))
    def take(self, n, chosen):
        """An admin takes licenses back, some of which may have ended already."""
        found = [one for one in self._with_admins() if one.given]
        one = found[n % len(found)]
        some = [one.given[-1 - number % len(one.given)] for number in chosen]
        ids = {holder.assignment for _, holder in some}
        held = {holder.assignment for line in one.lines.values() for holder in line}
        rows = Assignment.objects.filter(pk__in=ids).select_related("customer__reseller")
        done = self.world.act(
            take_back,
            rows,
            by=self._by(one, n),
            day=day_of(self.tenant_of(one).reseller, self.world.today),
            expect=None if ids & held else "gone",
        )
        if done:
            assert done == len(ids & held)
            for product, line in one.lines.items():
                one.lines[product] = [row for row in line if row.assignment not in ids]

    @precondition(lambda self: self._with_admins())
    @rule(n=which, product=st.integers(0, 1), skip=somebody, wrong=st.integers(0, 5))
    def choose(self, n, product, skip, wrong):
        """An admin chooses who goes without while not all licenses work."""
        found = [one for one in self._with_admins() if self._waiting(one)] or self._with_admins()
        one = found[n % len(found)]
        waiting = self._waiting(one)
        pk = next(iter(waiting), self.world.products[product].pk)
        number, line = waiting.get(pk, 0), one.held(pk)
        turned = line[skip % len(line) :] + line[: skip % len(line)] if line else []
        chosen = turned[: number + (wrong == 0)]
        expect = "count" if len(chosen) != number else None
        if not number or wrong == 1:
            expect = "changed"
        self.world.act(
            choose_last,
            self.tenant_of(one).customer(one),
            Product.objects.get(pk=pk),
            answer=Answer(number + (wrong == 1), [holder.assignment for holder in chosen]),
            by=self._by(one, n),
            day=day_of(self.tenant_of(one).reseller, self.world.today),
            expect=expect,
            codes=[refuse_if_changed, answered],
        )
        newest = {holder.assignment for holder in line[len(line) - number :]}
        if expect is None and {holder.assignment for holder in chosen} != newest:
            last = sorted(chosen, key=lambda holder: holder.assignment)
            one.lines[pk] = [row for row in line if row not in chosen] + last

    def _waiting(self, one: Organization) -> dict[int, int]:
        """Return how many people hold a license that does not work, by product."""
        today = self.world.today
        return {
            product: len(line) - one.usable(product, today)
            for product, line in one.lines.items()
            if len(line) > one.usable(product, today)
        }

    @precondition(lambda self: self._with_admins())
    @rule(n=which, people=st.lists(somebody, min_size=1, max_size=4), wrong=st.integers(0, 7))
    def bring_list(self, n, people, wrong):
        """An admin imports a list: as many as are free get a license, the first ones first."""
        one = self._chosen(n)
        product, today = self._product(one, 1 + n % 2), self.world.today
        addresses = [address_of(number) for number in people]
        held = {holder.address for holder in one.held(product.pk)}
        free = max(one.usable(product.pk, today) - len(held), 0)
        given = [who for who in dict.fromkeys(addresses) if who not in held][:free]
        rows = [Row(line, Named("", who), product) for line, who in enumerate(addresses, start=2)]
        customer = self.tenant_of(one).customer(one)
        assert plan_import(customer, rows, day=day_of(customer, today)).count == len(given)
        expect = "changed" if wrong == 0 else None
        expect = "terms" if self._has_to_accept(one) else expect
        done = self.world.act(
            import_people,
            customer,
            rows,
            expected=len(given) + (wrong == 0),
            by=self._by(one, n),
            day=day_of(customer, today),
            expect=expect,
        )
        if done:
            held_now = Assignment.objects.held().filter(
                customer=customer, product=product, person__address_key__in=given
            )
            found = dict(held_now.values_list("person__address_key", "pk"))
            self._note_given(one, product, [(found[who], who) for who in given])
