"""Import customers a reseller has already: many at once, and no one is mailed unless asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.actions.invite import (
    build_customer,
    build_invitation,
    same_name_sentence,
    set_custom_anniversary,
)
from customers.actions.sending_limits import Pace
from customers.anniversary import write_moves
from customers.emails import invitation_draft
from customers.importing.rows import Row
from customers.models import Customer, CustomerEvent, CustomerKind, Invitation
from notifications import outbox
from reseller_console.accounts.models import User
from reseller_console.lib.bulk import analyze, copy_in, ids_of
from reseller_console.lib.tables.faults import Fault
from reseller_console.tenancy.models import Day, Reseller

# From this many rows on, plans made for a smaller table are worth throwing away.
_MANY = 500


@dataclass
class Outcome:
    """What became of rows: how many were stored, were there already, or cannot be stored."""

    imported: int = 0
    present: int = 0
    faults: list[Fault] = field(default_factory=list)


def import_rows(
    reseller: Reseller,
    rows: Sequence[Row],
    *,
    manager: User,
    by: User | None,
    invite: bool,
    day: Day,
    names: dict[str, int] | None = None,
    same_name_ok: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Store checked rows in one transaction; those that are there already are left alone.

    A customer is there already when the reseller has one of the same organization name and
    contact, or of the same VIP ID. `manager` manages those whose row names no one. With
    `invite`, those who have not accepted get the invitation email, at the reseller's pace.
    A customer of the same name with another contact is a fault, as it is a question in the
    dialog, unless `same_name_ok`; `names` remembers those of the rows, and their lines, from
    one call to the next. With `dry_run` nothing is stored and the outcome tells what would be.
    """
    outcome = Outcome()
    new = _new_ones(reseller, rows, outcome)
    if not same_name_ok:
        new = _without_twins(reseller, new, {} if names is None else names, outcome)
    if dry_run:
        outcome.imported = len(new)
        return outcome
    store = _Store(reseller, day=day, manager=manager, by=by, invite=invite)
    try:
        with transaction.atomic():
            store.store(new)
        outcome.imported = len(new)
    except IntegrityError:
        # Another person stored one of them this moment; one by one, the others still go in.
        for row in new:
            _store_one(store, row, outcome)
    return outcome


def _new_ones(reseller: Reseller, rows: Sequence[Row], outcome: Outcome) -> list[Row]:
    """Return the rows that are not there yet, the others told to the outcome."""
    same_name = Customer.objects.filter(
        reseller=reseller, name_key__in={row.key[0] for row in rows}
    )
    present = set(same_name.values_list("name_key", "email_key"))
    vip_ids = dict(
        Customer.objects.filter(vip_id__in={row.vip_id for row in rows if row.vip_id}).values_list(
            "vip_id", "reseller"
        )
    )
    new = []
    for row in rows:
        if row.key in present or vip_ids.get(row.vip_id) == reseller.pk:
            outcome.present += 1
        elif row.vip_id in vip_ids:
            outcome.faults.append(Fault(row.line, "vip_id", _("This VIP ID cannot be used.")))
        else:
            new.append(row)
    return new


def _without_twins(
    reseller: Reseller, rows: Sequence[Row], names: dict[str, int], outcome: Outcome
) -> list[Row]:
    """Return the rows whose organization's name no other customer has, nor an earlier row."""
    namesakes = Customer.objects.filter(
        reseller=reseller, name_key__in={row.key[0] for row in rows}
    )
    twins = {
        key: (name, vip_id)
        for key, name, vip_id in namesakes.values_list("name_key", "name", "vip_id")
    }
    kept = []
    for row in rows:
        name = row.key[0]
        if name in names:
            told = _("The customer on line %(line)d has the same name.") % {"line": names[name]}
        elif name in twins:
            told = same_name_sentence(*twins[name])
        else:
            names[name] = row.line
            kept.append(row)
            continue
        reason = _("%(told)s Use --same-name if this is another organization.") % {"told": told}
        outcome.faults.append(Fault(row.line, "organization_name", reason))
    return kept


def _store_one(store: _Store, row: Row, outcome: Outcome) -> None:
    try:
        with transaction.atomic():
            store.store([row])
        outcome.imported += 1
    except IntegrityError:
        outcome.present += 1


class _Store:
    """Stores new rows for one reseller."""

    def __init__(
        self, reseller: Reseller, *, day: Day, manager: User, by: User | None, invite: bool
    ) -> None:
        self.reseller = reseller
        self.day = day
        self.manager = manager
        self.by = by
        self.invite = invite
        self.zone = ZoneInfo(reseller.time_zone)

    def store(self, rows: Sequence[Row]) -> None:
        """Store customers, links, emails and events together."""
        ids = ids_of(Customer)
        customers = [self._customer(row, next(ids)) for row in rows]
        invited = [c for c in customers if self.invite and c.accepted_at is None]
        links = [build_invitation(c, by=self.by, version=1, day=self.day) for c in invited]
        copy_in(Customer, customers)
        drafts = self._drafts(links)
        for link, email in zip(links, outbox.posted(drafts), strict=True):
            link.email = email
        copy_in(Invitation, links)
        copy_in(CustomerEvent, [event for c in customers for event in self._events(c)])
        if len(rows) >= _MANY:
            # The foreign keys are checked at the commit, row by row. A connection that has
            # checked some while the table was small would read the whole table for each.
            analyze(Customer)
        write_moves(Customer.objects.filter(pk__in=[c.pk for c in customers]), day=self.day)

    def _drafts(self, links: Sequence[Invitation]) -> list[outbox.Draft]:
        """Return the emails, due at the reseller's pace: many go out over hours, none is lost."""
        if not links:
            return []
        pace = Pace(self.reseller)
        drafts: list[outbox.Draft] = []
        for link in links:
            link.in_bulk = True
            draft = invitation_draft(link.customer, link)
            draft["not_before"] = pace.next()
            drafts.append(draft)
        return drafts

    def _customer(self, row: Row, pk: int) -> Customer:
        customer = build_customer(
            self.reseller,
            details=row.details,
            managed_by=row.managed_by or self.manager,
            today=row.invited_on,
        )
        customer.pk = pk
        customer.invited_by = self.by if self.by and self.by.reseller_id else None
        if row.vip_id:
            customer.vip_id = row.vip_id
            customer.derive_keys()
        if row.accepted_on:
            noon = dt.datetime.combine(row.accepted_on, dt.time(12), self.zone)
            customer.accepted_at = noon
        # Without a link there is nothing to accept: the list says so until one is sent.
        customer.invitation_expires_on = self.day.after(-1)
        set_custom_anniversary(customer, row.custom_anniversary_on)
        return customer

    def _events(self, customer: Customer) -> list[CustomerEvent]:
        kinds = [CustomerKind.IMPORTED]
        if self.invite and customer.accepted_at is None:
            kinds.append(CustomerKind.INVITED)
        return [
            CustomerEvent(
                reseller=self.reseller,
                customer=customer,
                by=self.by,
                at=customer.created_at,
                kind=kind,
                details={"vip_id": customer.vip_id},
            )
            for kind in kinds
        ]
