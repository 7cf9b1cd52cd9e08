"""What must be so after every step: the product's answers and the books say the same."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterator

from django.db.models import BooleanField, Case, Value, When
from hypothesis.stateful import invariant

from authorizations.invariants import broken
from authorizations.licenses.owned import product_rows
from authorizations.licenses.queue import Queue, State, queues_of_many
from authorizations.models import Assignment, PurchaseAuthorization
from authorizations.rules.past_due import blocking_authorizations
from customers.admins.memberships import customers_of_admin
from customers.admins.recipients import vip_admins_of
from customers.models import AdminInvitation, Customer, Invitation
from customers.standing import FILTERS
from customers.tally import rail_counts
from notifications.models import Email
from reseller_console.tenancy.models import Day
from tests.machine.book import Organization
from tests.machine.rules_mail import Mail
from tests.machine.world import Rows, Tenant

# The invariants of the whole database are the dearest part of a step: they are asked after so many
# that changed something, and when an example ends.
INVARIANTS_EVERY = 5


class Checks(Mail):
    """The invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.checked: tuple[Rows, dt.date] | None = None
        # What was checked last: of a reseller, of a customer, of the admins.
        self.seen: dict[int, str] = {}
        self.seen_details: dict[int, str] = {}
        self.seen_people = ""
        self.told: Counter[tuple] = Counter()
        self.changes = 0

    @invariant()
    def everything_agrees(self) -> None:
        """Check all of it, unless each row and the day are as they were checked before."""
        type(self).steps += self.checked is not None
        now = self.world.rows()
        if (now, self.world.today) != self.checked:
            for tenant in self.world.tenants:
                self.check_tenant(tenant, now)
            self.check_people()
            self.check_told(self.check_emails())
            self.changes += 1
            if self.changes % INVARIANTS_EVERY == 1:
                assert broken() == []
        self.checked = now, self.world.today
        self.world.before = now

    def check_end(self) -> None:
        """Ask the invariants of the whole database once more, unless something was found."""
        if sys.exc_info()[0] is None and self.changes % INVARIANTS_EVERY != 1:
            assert broken() == []

    def check_tenant(self, tenant: Tenant, now: Rows) -> None:
        """Check everything about the customers of one reseller."""
        pk = tenant.reseller.pk
        own = {table: found for (table, reseller), found in now.items() if reseller == pk}
        stand = f"{self.world.today} {sorted(self.world.closed)} {own} {tenant.organizations}"
        if self.seen.get(pk) != stand:
            self.seen[pk] = stand
            day = Day(self.world.today, tenant.day_terms)
            self.check_list(tenant, day)
            self.check_states(tenant)
            self.check_lines(tenant, day)
            self.check_details(tenant, day)

    def check_list(self, tenant: Tenant, day: Day) -> None:
        """The left rail, the dates and the invitations of the list, and whom emails go to."""
        today = self.world.today
        named = {
            f"in_{number}": Case(
                When(entry.when(day), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
            for number, entry in enumerate(FILTERS[1:])
        }
        rows = Customer.objects.filter(reseller=tenant.reseller).shown_on(day).annotate(**named)
        found = {row.pk: row for row in rows}
        assert set(found) == {one.pk for one in tenant.organizations}
        emails = vip_admins_of(found.values())
        for one in tenant.organizations:
            row = found[one.pk]
            rail = {entry.slug for n, entry in enumerate(FILTERS[1:]) if getattr(row, f"in_{n}")}
            assert rail | {""} == one.rail(today), one
            assert row.anniversary == one.anniversary, one
            assert row.invitation_state == one.invitation(today), one
            until = row.requested_until_on
            requested = any(pa.requested and pa.is_open(today) for pa in one.purchases)
            assert (until is not None and until >= today) == requested, one
            recipients = sorted(to.address.casefold() for to in emails[one.pk])
            contact = [] if one.withdrawn else [one.contact.casefold()]
            assert recipients == (sorted(self.world.active(one)) or contact), one
        expected = Counter(slug for one in tenant.organizations for slug in one.rail(today))
        counts = rail_counts(tenant.reseller.pk, day)
        assert {slug: number for slug, number in counts.items() if number} == expected

    def check_states(self, tenant: Tenant) -> None:
        """The state of every PA."""
        rows = PurchaseAuthorization.objects.filter(reseller=tenant.reseller).order_by("pk")
        expected = {pa.pk: pa.state(self.world.today) for _, _, pa in self.purchases(tenant)}
        assert dict(rows.values_list("pk", "status")) == expected

    def check_lines(self, tenant: Tenant, day: Day) -> None:
        """Whose license works, who waits, who has lost it; never more than owned."""
        held: dict[tuple[int, int], list[Assignment]] = {}
        for row in Assignment.objects.held().filter(reseller=tenant.reseller).in_queue():
            held.setdefault((row.customer_id, row.product_id), []).append(row)
        ids = [one.pk for one in tenant.organizations]
        lines = {(row.customer_id, row.product_id): row for row in queues_of_many(ids, day=day)}
        for one in tenant.organizations:
            for product in self.world.products:
                key = (one.pk, product.pk)
                self._check_line(one, lines.get(key, Queue(*key, 0, 0, 0)), held.get(key, []))

    def _check_line(self, one: Organization, line: Queue, held: list[Assignment]) -> None:
        today, product = self.world.today, line.product_id
        usable, owned = one.usable(product, today), one.owned(product, today)
        assert (line.usable, line.licenses) == (usable, owned), (one, line)
        working = [row.pk for row in held if line.state_of(row) is State.WORKS]
        waiting = [row.pk for row in held if line.state_of(row) is State.WAITS]
        expected = [holder.assignment for holder in one.held(product)]
        assert working + waiting == expected, (one, line)
        assert len(expected) <= owned, (one, line)
        assert len(working) == min(len(expected), usable), (one, line)

    def check_details(self, tenant: Tenant, day: Day) -> None:
        """The products on the details page, and the block; of customers that have changed."""
        for one in tenant.organizations:
            stand = f"{day.today} {one}"
            if self.seen_details.get(one.pk) == stand:
                continue
            self.seen_details[one.pk] = stand
            customer = Customer.objects.get(pk=one.pk)
            assert self._as_told(product_rows(customer, day=day)) == self._as_expected(one), one
            late = blocking_authorizations(customer, today=day.today)
            assert bool(late) == one.is_late(day.today), one

    def _as_told(self, rows) -> dict[int, tuple[int, ...]]:
        return {
            row.product.pk: (
                row.usable,
                row.suspended,
                row.in_use,
                row.awaiting_order,
                row.to_renew,
            )
            for row in rows
        }

    def _as_expected(self, one: Organization) -> dict[int, tuple[int, ...]]:
        today = self.world.today
        renewable = one.renewable()
        found = {
            product.pk: (
                one.usable(product.pk, today),
                one.suspended(product.pk, today),
                len(one.held(product.pk)),
                one.awaiting(product.pk, today),
                renewable.get(product.pk, 0),
            )
            for product in self.world.products
        }
        return {pk: numbers for pk, numbers in found.items() if any(numbers)}

    def check_people(self) -> None:
        """Members reach their own customers and no others, and each link was used once at most."""
        now = f"{sorted(self.world.closed)} {[one.admins for _, one in self.world.organizations]}"
        if now == self.seen_people:
            return
        self.seen_people = now
        for address, user in self.world.people.items():
            reached = set(customers_of_admin(user).values_list("pk", flat=True))
            own = {one.pk for _, one in self.world.organizations if address in one.admins}
            assert reached == (set() if address in self.world.closed else own), address
        for model, is_ours in ((Invitation, False), (AdminInvitation, True)):
            used = set(model.objects.filter(used_at__isnull=False).values_list("pk", flat=True))
            links = [link for _, one in self.world.organizations for link in one.links]
            assert used == {x.row for x in links if x.used and bool(x.address) == is_ours}

    def check_told(self, new: list[Email]) -> None:
        """Nobody is told the same twice, whatever the outbox calls the emails."""
        for email in new:
            for what in _subjects_of(email):
                self.told[what] += 1
                assert self.told[what] == 1, f"told twice: {what}"


def _subjects_of(email: Email) -> Iterator[tuple]:
    """Yield what an email tells, as something that is told to a person once."""
    facts, to = email.context, email.to_address
    if email.template == "manager_digest":
        for section in facts["sections"]:
            for row in section["rows"]:
                yield (to, section["title"], row["vip_id"], row["pa_number"], row["on"])
    elif "pa_number" in facts:
        yield (to, email.template, facts["pa_number"])
    elif "anniversary_on" in facts:
        yield (to, email.template, facts["vip_id"], facts["anniversary_on"])
    elif "link" in facts:
        yield (email.template, json.dumps(facts["link"], sort_keys=True))
    elif email.template == "terms_accepted":
        yield (email.template, facts["vip_id"], facts["version"])
