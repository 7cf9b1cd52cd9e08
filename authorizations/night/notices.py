"""Notices owed to customers: a window and a ledger, never "today equals".

A notice is owed from its day on, while its subject (`authorizations.night.ladders`) is still
unresolved. The ledger holds one row a kind and subject, so that each goes out at most once, and
is caught up after missed nights: then only the latest one owed is sent, the older ones are
recorded as skipped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db import connection, transaction

from authorizations.models import Notice, Unit
from authorizations.night.ladders import LADDERS, Kind, Ladder, Subject, Told
from customers.admins.recipients import vip_admins_of
from customers.emails import drafts_to_vip_admins
from customers.models import CustomerEvent
from notifications import outbox
from reseller_console.tenancy.models import Day, Reseller

BATCH = 500


@dataclass(frozen=True)
class Owed:
    """One notice that is owed and not in the ledger yet."""

    subject: Subject
    kind: Kind
    owed_on: dt.date
    skipped: bool

    @property
    def customer_id(self) -> int:
        """The customer it is about."""
        return self.subject.customer_id


def _sql(ladder: Ladder) -> str:
    """Return SQL for the notices of a ladder that fell due and do not stand in the ledger.

    In SQL because the subjects of a ladder are: each is found once, whatever is owed for it.
    """
    owed = " UNION ALL ".join(
        f"SELECT customer_id, authorization_id, anniversary_on, since, {rank} AS rank,"
        f" '{kind.name}' AS kind, {kind.on} AS owed_on FROM subject"
        for rank, kind in enumerate(ladder.kinds)
    )
    return f"""
        WITH subject AS ({ladder.subjects()}), owed AS ({owed})
        SELECT owed.customer_id, owed.authorization_id, owed.anniversary_on, owed.kind,
               owed.owed_on
        FROM owed WHERE owed.owed_on <= %(today)s AND owed.owed_on > owed.since
        AND NOT EXISTS (
            SELECT FROM authorizations_notice n WHERE {ladder.same} AND n.kind = owed.kind
        )
        ORDER BY owed.customer_id, owed.authorization_id, owed.anniversary_on, owed.rank
    """


def owed(reseller: Reseller, *, today: dt.date) -> list[Owed]:
    """Return what is owed on `today`, all but the latest of each subject marked as skipped.

    Of terms only the latest of a customer is sent. Renewals are told as the customers' rows
    know them (`authorizations.rules.rollup`), so this comes after they were recomputed.
    """
    day = reseller.day(today)
    return [row for ladder in LADDERS for row in _owed(ladder, reseller, day)]


def _facts(reseller: Reseller, day: Day) -> dict[str, Any]:
    return {
        "reseller": reseller.pk,
        "today": day.today,
        "opens": day.terms.renewal_window.first,
        "closes": day.terms.renewal_window.last,
        "first_near": day.ready_span()[0],
        "last_near": day.ready_span()[1],
        "consumables": list(Unit.CONSUMABLES),
    }


def _owed(ladder: Ladder, reseller: Reseller, day: Day) -> list[Owed]:
    kinds = {kind.name: kind for kind in ladder.kinds}
    with connection.cursor() as cursor:
        cursor.execute(_sql(ladder), _facts(reseller, day))
        rows = [
            (Subject(*subject), kinds[name], owed_on)
            for *subject, name, owed_on in cursor.fetchall()
        ]
    latest = {
        getattr(subject, ladder.one_email_for): (subject, kind)
        for subject, kind, _owed_on in rows
        if kind.template
    }
    return [
        Owed(
            subject,
            kind,
            owed_on,
            skipped=bool(kind.template)
            and latest[getattr(subject, ladder.one_email_for)] != (subject, kind),
        )
        for subject, kind, owed_on in rows
    ]


def _notice(reseller: Reseller, row: Owed, **more: str | dt.date) -> Notice:
    """Return the row of the ledger for a notice, not stored."""
    return Notice(
        reseller=reseller,
        customer_id=row.customer_id,
        authorization_id=row.subject.authorization_id,
        anniversary_on=row.subject.anniversary_on,
        kind=row.kind.name,
        owed_on=row.owed_on,
        **more,
    )


def take_as_told(reseller: Reseller, *, day: Day) -> int:
    """Record what is owed without telling anybody; return how much it was.

    For purchases that come from elsewhere: their customers have heard of them there.
    """
    rows = [row for ladder in LADDERS for row in _owed(ladder, reseller, day)]
    notices = [_notice(reseller, row, digested_on=day.today) for row in rows]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=BATCH)
    return len(rows)


def post_notices(reseller: Reseller, *, day: Day) -> dict[str, int]:
    """Record what is owed and queue its emails, batch by batch; return how many of each kind.

    Each batch is one transaction: killed in the middle, the next run goes on where it ended.
    """
    counts: dict[str, int] = {}
    for ladder in LADDERS:
        for batch in batched(_owed(ladder, reseller, day), BATCH):
            with transaction.atomic():
                for row in _record(ladder, reseller, batch, day=day):
                    name = "skipped" if row.skipped else row.kind.name
                    counts[name] = counts.get(name, 0) + 1
    return counts


def _record(ladder: Ladder, reseller: Reseller, batch: Sequence[Owed], *, day: Day) -> list[Owed]:
    """Write the ledger rows of one batch with their emails and events; return what was told.

    What was settled this very moment is left alone: nothing is owed for it any more.
    """
    told = ladder.look_up(reseller, {row.subject for row in batch}, day)
    rows = [row for row in batch if row.subject in told]
    later = "a later notice was owed already"
    Notice.objects.bulk_create(
        [_notice(reseller, row, skipped_because=later if row.skipped else "") for row in rows],
        ignore_conflicts=True,
    )
    outbox.post_many(_drafts(rows, told))
    CustomerEvent.objects.bulk_create(
        CustomerEvent(
            reseller=reseller,
            customer_id=row.customer_id,
            kind=row.kind.event,
            details=told[row.subject].details,
        )
        for row in rows
        if row.kind.event
    )
    return rows


def _drafts(rows: Sequence[Owed], told: dict[Subject, Told]) -> Iterator[outbox.Draft]:
    recipients = vip_admins_of({one.customer.pk: one.customer for one in told.values()}.values())
    for row in rows:
        if row.skipped or row.kind.template is None:
            continue
        one = told[row.subject]
        yield from drafts_to_vip_admins(
            one.customer,
            template=row.kind.template,
            key=f"{row.kind.template}:{one.name}",
            context=one.context,
            recipients=recipients[one.customer.pk],
        )
