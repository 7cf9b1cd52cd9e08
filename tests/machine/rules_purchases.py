"""What managers and members do about purchases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.actions.reconcile import (
    ask_to_record,
    read_report,
    record_report,
    upload_report,
)
from authorizations.catalog.lines import check_lines
from authorizations.licenses.choosing import (
    Answer,
    answered,
    questions_of_cancelling,
    refuse_if_changed,
)
from authorizations.models import Order, PurchaseAuthorization
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Day
from tests.machine.book import DAY, Organization, Purchase
from tests.machine.players import SETTLED, Players, which
from tests.machine.world import Tenant
from tests.personas import day_of
from tests.year.events import Ordered

quantities = st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 2))


def order_in_report(
    rows: Iterable[PurchaseAuthorization], *, number: str, ordered_on: dt.date, by: User, day: Day
) -> Order:
    """Record an order by the report of a distributor, which has nothing else."""
    lines = ["Order number;Order date;PA number;Product;Quantity"]
    for row in rows:
        lines += [
            f"{number};{ordered_on};{row.number};"
            f"{line.product.name} ({line.product.get_offering_display()});{line.quantity}"
            for line in row.lines.select_related("product")
        ]
    content = "\n".join(lines).encode()
    report = upload_report(
        by.reseller, sender="Distributor", file_name="orders.csv", content=content, by=by
    )
    read_report(report, day=day)
    ask_to_record(report, by=by)
    report.refresh_from_db()
    [order] = record_report(report, by=by, day=day)
    return order


class Purchases(Players):
    """Create, request, cancel, order."""

    @precondition(lambda self: self.world.organizations)
    @rule(n=which, quantities=quantities, member=st.booleans(), twice=st.integers(0, 15))
    def ask_for_products(self, n, quantities, member, twice):
        """A manager creates a PA, or a VIP admin requests one."""
        tenant, one = self.some_organization(n)
        members = self.world.active(one)
        by = tenant.managers[n % 2]
        if member and members:
            by = self.world.user(members[n % len(members)])
        pairs = zip(self.world.products, quantities, strict=True)
        lines = [(product, number) for product, number in pairs if number]
        if twice == 0 and lines:
            lines.append(lines[0])
        made = self.world.act(
            create_authorization,
            tenant.customer(one),
            lines=lines,
            po_number="",
            by=by,
            day=day_of(tenant.reseller, self.world.today),
            requested_by=by if by.is_member else None,
            expect=self._why_no_products(one, lines),
            codes=[check_lines],
        )
        if made:
            self._note_purchase(
                one, made, {product.pk: number for product, number in lines}, by.is_member
            )

    def _why_no_products(self, one: Organization, lines: list) -> str | None:
        if one.withdrawn:
            return "withdrawn"
        if one.is_late(self.world.today):
            return "past_due"
        if not lines:
            return "no_lines"
        return "twice" if len({product.pk for product, _ in lines}) < len(lines) else None

    def _note_purchase(
        self, one: Organization, made, wanted: dict[int, int], requested: bool
    ) -> None:
        today = self.world.today
        purchase = Purchase(
            pk=made.pk,
            number=made.number,
            wanted=wanted,
            created_on=today,
            due_on=made.due_on,
            suspends_on=made.suspends_on,
            counts_to=made.counts_to,
            requested=requested,
        )
        one.buy(purchase)
        known = one.facts.authorizations[purchase.number]
        stored = (made.due_on, made.suspends_on, made.counts_to, made.lapses_on)
        assert stored == (known.due_on, known.suspends_on, known.counts_to, known.lapses_on)

    @precondition(lambda self: self.purchases())
    @rule(n=which, choose=st.integers(0, 2), skip=st.integers(0, 3))
    def cancel(self, n, choose, skip):
        """A manager cancels a PA: the newest lose, or those chosen; sometimes badly chosen."""
        tenant, one, purchase = self.some_purchase(n)
        today, losing = self.world.today, self._losing(one, purchase)
        expect = None if purchase.state(today) == "pending" else "not_pending"
        answers, chosen = None, {}
        if choose:
            for product, number in losing.items():
                line = one.held(product)
                turned = line[skip % len(line) :] + line[: skip % len(line)]
                chosen[product] = turned[:number]
            answers = {
                product: Answer(losing[product], [holder.assignment for holder in some])
                for product, some in chosen.items()
            }
            if choose == 2 and losing and expect is None:
                product, expect = next(iter(losing)), "changed"
                answers[product] = Answer(losing[product] + 1, answers[product].chosen)
        row = PurchaseAuthorization.objects.get(pk=purchase.pk)
        done = self.world.act(
            cancel_authorization,
            row,
            losing=answers,
            by=tenant.managers[0],
            day=day_of(row, today),
            expect=expect,
            codes=[refuse_if_changed, answered],
        )
        if done:
            for product, some in chosen.items():
                one.lines[product] = [row for row in one.held(product) if row not in some]
            one.cancel(purchase, today)

    def _losing(self, one: Organization, purchase: Purchase) -> dict[int, int]:
        """Return how many lose a license of each product when the PA is cancelled."""
        today = self.world.today
        found = {}
        for product, number in purchase.wanted.items():
            left = one.owned(product, today) - number
            losing = len(one.held(product)) - left
            if purchase.state(today) == "pending" and purchase.usable(today) and losing > 0:
                found[product] = losing
        if purchase.state(today) == "pending":
            row = PurchaseAuthorization.objects.get(pk=purchase.pk)
            asked = questions_of_cancelling(row, day=self.day_of(one))
            assert {one.product.pk: one.number for one in asked} == found
        return found

    @precondition(lambda self: self.purchases())
    @rule(n=which, m=which, back=st.integers(-1, 40), taken=st.integers(0, 9))
    def order(self, n, m, back, taken):
        """A manager records an order for one PA or two, often late, sometimes dated wrongly.

        Some of those that can be recorded are in the report of a distributor.
        """
        tenant, _one, purchase = self.some_purchase(n, to_order=True)
        others = [row for _, _, row in self.purchases(tenant) if row is not purchase]
        chosen = [purchase, *others[: m % 2]]
        today = self.world.today
        ordered_on = today - back * DAY
        earliest = max(row.created_on for row in chosen)
        if back > 20:
            ordered_on = earliest
        number = f"ORD-{len(tenant.order_numbers)}"
        if taken == 0 and tenant.order_numbers:
            number = next(iter(tenant.order_numbers.values())).lower()
        states = {row.state(today) for row in chosen}
        expect = self._why_no_order(tenant, number, ordered_on, earliest)
        if states & set(SETTLED):
            expect = "ordered_already"
        rows = list(PurchaseAuthorization.objects.filter(pk__in=[row.pk for row in chosen]))
        # Now and then it comes in a report.
        by_report = expect is None and back % 4 == 3
        order = self.world.act(
            order_in_report if by_report else record_order,
            rows,
            number=number,
            ordered_on=ordered_on,
            by=tenant.managers[m % 2],
            day=day_of(tenant.reseller, today),
            expect=expect,
        )
        if order:
            tenant.order_numbers[order.pk] = number
            self._note_order(tenant, chosen, order)

    def _note_order(self, tenant: Tenant, chosen: list[Purchase], order: Order) -> None:
        for one in tenant.organizations:
            paid = [row for row in one.purchases if row in chosen]
            for row in paid:
                row.order = order.pk
            if paid:
                numbers = tuple(row.number for row in paid)
                one.note(Ordered(self.world.today, order.ordered_on, str(order.pk), numbers))

    def _why_no_order(
        self, tenant: Tenant, number: str, ordered_on: dt.date, earliest: dt.date
    ) -> str | None:
        if not earliest <= ordered_on <= self.world.today:
            return "order_date"
        known = {name.casefold() for name in tenant.order_numbers.values()}
        return "number_taken" if number.casefold() in known else None
