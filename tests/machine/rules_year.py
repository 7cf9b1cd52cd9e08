"""What managers do in the year of a customer: buy directly, renew, return, correct an order."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from authorizations.actions.correct_order import correct_order
from authorizations.actions.give_back import record_return
from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct, Renewal, check_order_date
from authorizations.models import Order, OrderLine
from tests.machine.book import DAY, Organization
from tests.machine.players import Players, which
from tests.machine.rules_purchases import quantities
from tests.machine.world import Tenant
from tests.personas import day_of
from tests.year import days as on_day
from tests.year import facts as year
from tests.year.events import Ordered, Renewed, Returned
from tests.year.records import anniversary_renewed, nothing_is_left, set_first_anniversary
from tests.year.refusals import refusal

Placed = tuple[Tenant, Organization, year.Order]
backs = st.sampled_from([0, 0, 0, 1, 3, 25, -1])


class Years(Players):
    """Direct orders, renewals, returns and corrections."""

    def orders(self) -> list[Placed]:
        """Return the part of each order that is a customer's, the newest of each first."""
        return [
            (tenant, one, order)
            for tenant, one in self.world.organizations
            for order in reversed(one.facts.orders.values())
        ]

    @precondition(lambda self: self.world.organizations)
    @rule(n=which, back=backs, wanted=quantities)
    def order_directly(self, n, back, wanted):
        """A manager records an order without PA, often late, sometimes dated tomorrow."""
        tenant, one = self.some_organization(n)
        lines = self._lines(wanted)
        if lines:
            event = Ordered(
                self.world.today, self._dated(one, back), "", direct=self._by_name(lines)
            )
            direct = [Direct(tenant.customer(one), lines)]
            self._place(tenant, one, event, direct=direct)

    @precondition(lambda self: any(one.facts.first_anniversary for _, one in self._customers()))
    @rule(n=which, back=backs, manner=st.integers(0, 4), wanted=quantities, completes=st.booleans())
    def renew(self, n, back, manner, wanted, completes):
        """A manager renews a term: all, a part, more, or other products; it may complete it."""
        found = [row for row in self._customers() if row[1].facts.first_anniversary]
        ready = [row for row in found if "ready" in row[1].rail(self.world.today)]
        found = ready if ready and n % 4 else found
        if not found:
            return
        tenant, one = found[n % len(found)]
        left = {key: number for key, number in one.renewable().items() if number}
        lines = self._lines(wanted)
        if manner < 3 and left:
            parts = {0: lambda number: number, 1: lambda number: (number + 1) // 2}
            numbers = {key: parts.get(manner, lambda number: number + 2)(left[key]) for key in left}
            lines = [(row, numbers[row.pk]) for row in self.world.products if row.pk in numbers]
        if lines:
            event = Renewed(
                self.world.today, self._dated(one, back), "", self._by_name(lines), completes
            )
            renewals = [Renewal(tenant.customer(one), lines, completes)]
            self._place(tenant, one, event, renewals=renewals)

    def _customers(self) -> list[tuple[Tenant, Organization]]:
        return self.world.organizations

    def _dated(self, one: Organization, back: int) -> dt.date:
        return max(self.world.today - back * DAY, one.invited_on)

    def _lines(self, wanted: tuple[int, ...]) -> list:
        pairs = zip(self.world.products, wanted, strict=True)
        return [(product, number) for product, number in pairs if number]

    def _by_name(self, lines: list) -> dict[str, int]:
        return {str(product.pk): number for product, number in lines}

    def _place(
        self, tenant: Tenant, one: Organization, event: Ordered | Renewed, **what: object
    ) -> None:
        """Record an order for one customer, in the product and in the books."""
        number = f"YEAR-{len(tenant.order_numbers)}"
        order = self.world.act(
            record_order,
            number=number,
            ordered_on=event.dated,
            by=tenant.managers[0],
            day=day_of(tenant.reseller, self.world.today),
            expect=refusal(one.facts, event),
            **what,
        )
        if order:
            tenant.order_numbers[order.pk] = number
            one.note(type(event)(**vars(event) | {"name": str(order.pk)}))

    @precondition(lambda self: self.orders())
    @rule(n=which, whole=st.booleans(), taken=st.tuples(*[st.integers(0, 4)] * 3), wrong=which)
    def give_back(self, n, whole, taken, wrong):
        """A manager records a return of an order: a part, again, the rest, sometimes too many."""
        tenant, one, order = self._some_order(n)
        rows = OrderLine.objects.filter(order=int(order.name), customer=one.pk).order_by("pk")
        of_key = {(line.authorization, line.product): line for line in order.lines}
        numbers, quantities_of = {}, {}
        for row, number in zip(rows.select_related("authorization"), taken * 2, strict=False):
            key = (row.authorization.number if row.authorization else None, str(row.product_id))
            number = number + (99 if wrong == 0 else 0)
            number = number if wrong == 0 else min(number, of_key[key].kept)
            numbers[key], quantities_of[row.pk] = number, number
        event = Returned(self.world.today, order.name, None if whole else numbers)
        done = self.world.act(
            record_return,
            Order.objects.get(pk=int(order.name)),
            tenant.customer(one),
            quantities=None if whole else quantities_of,
            number=f"RMA-{len(one.returned)}-{order.name}",
            by=tenant.managers[n % 2],
            day=day_of(tenant.reseller, self.world.today),
            expect=self._why_no_return(order, event),
        )
        if done:
            one.returned.append((order.name, self.world.today))
            one.give_back(event)

    def _some_order(self, n: int) -> Placed:
        """Return an order, mostly one of which something can go back."""
        found = self.orders()
        returnable = [row for row in found if row[2].returnable_until >= self.world.today]
        found = returnable if returnable and n % 5 else found
        return found[n % len(found)]

    def _why_no_return(self, order: year.Order, event: Returned) -> str | None:
        if order.returnable_until < event.on:
            return "too_late"
        if order.all_returned:
            return "nothing_left"
        if event.lines is None:
            return None
        kept = {(line.authorization, line.product): line.kept for line in order.lines}
        if any(number and not kept[key] for key, number in event.lines.items()):
            return "changed"
        if any(number > kept[key] for key, number in event.lines.items()):
            return "too_many"
        return None if any(event.lines.values()) else "nothing"

    @precondition(lambda self: self.orders())
    @rule(n=which, back=st.integers(-1, 5), ops=st.booleans())
    def correct(self, n, back, ops):
        """Somebody corrects an order's number and date."""
        tenant, _one, placed = self._some_order(n)
        name, today = placed.name, self.world.today
        parts = [row for row in self.orders() if row[0] is tenant and row[2].name == name]
        number, ordered_on = f"ORD-C{n}-{len(self.orders())}", self._dated(parts[0][1], back)
        others = {text.casefold() for pk, text in tenant.order_numbers.items() if pk != int(name)}
        expect = self._why_not_dated(parts, ordered_on)
        if expect != "order_date" and number.casefold() in others:
            expect = "number_taken"
        if expect is None and not all(_renews_still(one, row, ordered_on) for _, one, row in parts):
            expect = "order_date"
        if not ops and placed.on != today:
            expect = "too_late"
        done = self.world.act(
            correct_order,
            Order.objects.get(pk=int(name)),
            number=number,
            ordered_on=ordered_on,
            by=self.world.ops if ops else tenant.managers[0],
            day=day_of(tenant.reseller, today),
            expect=expect,
            codes=[check_order_date],
        )
        if done:
            tenant.order_numbers[int(name)] = number
            for _, one, row in parts:
                redate(one, row, ordered_on, today)

    def _why_not_dated(self, parts: list[Placed], ordered_on: dt.date) -> str | None:
        """Return why an order of these parts cannot have a date."""
        if ordered_on > self.world.today:
            return "order_date"
        for _, one, order in parts:
            names = {line.authorization for line in order.lines} - {None}
            if any(ordered_on < one.facts.authorizations[name].on for name in names):
                return "order_date"
            last = ordered_on + one.counts.returns * DAY
            days = [day for name, day in one.returned if name == order.name]
            if not all(ordered_on <= day <= last for day in days):
                return "order_date"
        return None


def _renews_still(one: Organization, order: year.Order, dated: dt.date) -> bool:
    event = Renewed(order.on, dated, order.name, {})
    return order.renews is None or anniversary_renewed(one.facts, event) == order.renews


def redate(one: Organization, order: year.Order, dated: dt.date, today: dt.date) -> None:
    """Let a corrected order have its new date; what was bought without PA moves with it."""
    facts = one.facts
    order.returnable_until = dated + one.counts.returns * DAY
    own = [line for line in order.lines if line.authorization is None]
    if own and order.renews is None:
        _set_anew(one, order, dated, today)
    for line in own:
        line.starts_on = max(order.renews or dated, dated)
        if order.renews is None:
            line.counts_to = facts.anniversary_after(dated)
            line.usable_until = line.counts_to + on_day.days(facts.terms_on(order.on).closes)
    one.live(today)


def _set_anew(one: Organization, order: year.Order, dated: dt.date, today: dt.date) -> None:
    """Let the only purchase there is set the first anniversary date again."""
    facts = one.facts
    in_first_term = on_day.shown_anniversary(facts, today) == facts.first_anniversary
    others = {name: row for name, row in facts.orders.items() if row is not order}
    alone = year.Facts(facts.terms, facts.consumables)
    alone.authorizations = {
        name: pa for name, pa in facts.authorizations.items() if pa.order != order.name
    }
    alone.orders = others
    if not facts.custom and in_first_term and nothing_is_left(alone, today):
        facts.first_anniversary = None
        set_first_anniversary(facts, dated)
