"""Give licenses to a list of people: what is right goes in, what is there already stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from authorizations.actions.assign import give, none_free
from authorizations.actions.settle import tell
from authorizations.importing.rows import Row
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.choosing import changed
from authorizations.licenses.queue import Queue, queues_of
from authorizations.models import Assignment, Product
from customers.actions.as_admin import acting_as_admin
from customers.admins.vip_terms import refuse_until_accepted
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.tables.faults import Fault
from reseller_console.tenancy.models import Day


@dataclass
class Plan:
    """What becomes of a list: who gets a license, who has one, and who gets none and why."""

    given: dict[Product, list[Row]] = field(default_factory=lambda: defaultdict(list))
    present: list[Row] = field(default_factory=list)
    beyond: list[Fault] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many licenses are given out."""
        return sum(len(rows) for rows in self.given.values())


def plan_import(customer: Customer, rows: Sequence[Row], *, day: Day) -> Plan:
    """Return what would become of checked rows today; reads only.

    Licenses go to the first lines that ask for them, never more than are free. Anyone who has
    the product already, or is in the list twice, is left alone.
    """
    lines = queues_of(customer, day=day)
    free = {pk: line.free for pk, line in lines.items()}
    seen = set(
        Assignment.objects.held()
        .filter(customer=customer, person__address_key__in={row.named.key for row in rows})
        .values_list("product_id", "person__address_key")
    )
    plan, reasons = Plan(), _Reasons(customer, lines, day)
    for row in rows:
        if row.key in seen:
            plan.present.append(row)
        elif free.get(row.product.pk, 0) > 0:
            free[row.product.pk] -= 1
            plan.given[row.product].append(row)
            seen.add(row.key)
        else:
            plan.beyond.append(Fault(row.line, "", reasons.of(row.product)))
    return plan


def import_people(
    customer: Customer, rows: Sequence[Row], *, expected: int, by: User, day: Day
) -> Plan:
    """Give licenses to those rows that can have one, in one transaction; return what was done.

    `expected` is how many licenses the preview said. Raises ActionRefused with code "not_admin",
    "terms", or "changed" when it would be another number by now.
    """
    with acting_as_admin(customer, by=by, day=day) as work:
        customer = work.customer
        refuse_until_accepted(customer)
        plan = plan_import(customer, rows, day=day)
        if plan.count != expected:
            raise changed()
        for product, some in plan.given.items():
            people = [row.named for row in some]
            give(customer, product, people, by=by)
            tell(work, AssignmentKind.GIVEN, product.name, [str(one) for one in people])
    return plan


class _Reasons:
    """Why no license is free, worked out once a product."""

    def __init__(self, customer: Customer, lines: dict[int, Queue], day: Day) -> None:
        self.customer, self.lines, self.day = customer, lines, day
        self.found: dict[int, str] = {}

    def of(self, product: Product) -> str:
        """Return the sentence for a product whose free licenses have all gone to lines above."""
        if product.pk not in self.found:
            self.found[product.pk] = self._why(product)
        return self.found[product.pk]

    def _why(self, product: Product) -> str:
        line = self.lines.get(product.pk)
        if line is not None and line.free:
            return _("The free licenses of %(product)s go to the lines above.") % {
                "product": product.name
            }
        why = none_free(self.customer, product, line, today=self.day.today) if line else ""
        return why or _("There is no license of %(product)s.") % {"product": product.name}
