"""Notices owed about purchase authorizations (PA): a window and a ledger, never "today equals".

A notice is owed from its day on, while the PA is still unresolved. The ledger holds one row
a kind and PA, so that each goes out at most once, and is caught up after missed nights: then
only the latest owed notice of a PA is sent, the older ones are recorded as skipped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db import connection, transaction

from authorizations.activity import PurchaseKind
from authorizations.letters import facts
from authorizations.models import Notice, PurchaseAuthorization
from customers.letters import drafts_to_vip_admins
from customers.models import CustomerEvent
from customers.standing import Day
from notifications import outbox
from reseller_console.tenancy.models import Reseller

BATCH = 500


@dataclass(frozen=True)
class Kind:
    """A notice of the ladder: owed `days` days after (before, when negative) the date `fact`."""

    name: str
    fact: str
    days: int
    letter: str | None
    event: str | None = None


# In the order they fall due. The last one has no letter: the one before has said it, also
# where a PA close to the anniversary date lapses on the very day it would be suspended.
LADDER = (
    Kind("due_soon", "due_on", -7, "pa_due_soon"),
    Kind("due_today", "due_on", 0, "pa_due_today"),
    Kind("overdue", "due_on", 1, "pa_overdue"),
    Kind("suspends_soon", "suspends_on", -7, "pa_suspends_soon"),
    Kind("suspended", "suspends_on", 1, "pa_suspended", PurchaseKind.SUSPENDED),
    Kind("lapsed", "lapses_on", 0, None, PurchaseKind.LAPSED),
)
BY_NAME = {kind.name: kind for kind in LADDER}

_OWED = " UNION ALL ".join(
    f"SELECT pa.id, pa.customer_id, {rank} AS rank, '{kind.name}' AS kind,"
    f" pa.{kind.fact} + {kind.days} AS owed_on FROM pa"
    for rank, kind in enumerate(LADDER)
)

# Unresolved PAs and the notices that fell due by today without standing in the ledger.
_SQL = f"""
WITH pa AS (
    SELECT id, customer_id, created_on, due_on, suspends_on, lapses_on
    FROM authorizations_purchaseauthorization
    WHERE reseller_id = %(reseller)s AND order_id IS NULL AND cancelled_at IS NULL
),
owed AS ({_OWED})
SELECT owed.id, owed.customer_id, owed.kind, owed.owed_on, owed.rank
FROM owed JOIN pa ON pa.id = owed.id
WHERE owed.owed_on <= %(today)s AND owed.owed_on > pa.created_on
AND NOT EXISTS (
    SELECT FROM authorizations_notice n
    WHERE n.authorization_id = owed.id AND n.kind = owed.kind
)
ORDER BY owed.customer_id, owed.id, owed.rank
"""


@dataclass(frozen=True)
class Owed:
    """One notice that is owed and not in the ledger yet."""

    authorization_id: int
    customer_id: int
    kind: Kind
    owed_on: dt.date
    skipped: bool


def owed(reseller: Reseller, *, today: dt.date) -> list[Owed]:
    """Return what is owed on `today`, all but the latest of each PA marked as skipped."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"reseller": reseller.pk, "today": today})
        rows = cursor.fetchall()
    latest = {row[0]: row[2] for row in rows if BY_NAME[row[2]].letter}
    return [
        Owed(
            pa,
            customer,
            BY_NAME[kind],
            owed_on,
            skipped=bool(BY_NAME[kind].letter) and latest[pa] != kind,
        )
        for pa, customer, kind, owed_on, _rank in rows
    ]


def post_notices(reseller: Reseller, *, day: Day) -> dict[str, int]:
    """Record what is owed and queue its letters, batch by batch; return how many of each kind.

    Each batch is one transaction: killed in the middle, the next run goes on where it ended.
    """
    counts: dict[str, int] = {}
    for batch in batched(owed(reseller, today=day.today), BATCH):
        with transaction.atomic():
            for notice in _record(reseller, batch, today=day.today):
                name = "skipped" if notice.skipped_because else notice.kind
                counts[name] = counts.get(name, 0) + 1
    return counts


def _record(reseller: Reseller, batch: Sequence[Owed], *, today: dt.date) -> list[Notice]:
    """Write the ledger rows of one batch with their letters and events."""
    Notice.objects.bulk_create(
        [
            Notice(
                reseller=reseller,
                customer_id=row.customer_id,
                authorization_id=row.authorization_id,
                kind=row.kind.name,
                owed_on=row.owed_on,
                skipped_because="a later notice was owed already" if row.skipped else "",
            )
            for row in batch
        ],
        ignore_conflicts=True,
    )
    ids = [row.authorization_id for row in batch]
    authorizations = {
        row.pk: row
        for row in PurchaseAuthorization.objects.filter(pk__in=ids)
        .select_related("customer__managed_by", "customer__reseller")
        .prefetch_related("lines__product")
    }
    notices = list(
        Notice.objects.filter(authorization__in=ids, kind__in=[r.kind.name for r in batch])
    )
    outbox.post_many(_drafts(batch, authorizations, today=today))
    CustomerEvent.objects.bulk_create(
        CustomerEvent(
            reseller=reseller,
            customer_id=row.customer_id,
            kind=row.kind.event,
            details={"number": authorizations[row.authorization_id].number},
        )
        for row in batch
        if row.kind.event
    )
    wanted = {(row.authorization_id, row.kind.name) for row in batch}
    return [row for row in notices if (row.authorization_id, row.kind) in wanted]


def _drafts(
    batch: Sequence[Owed],
    authorizations: dict[int, PurchaseAuthorization],
    *,
    today: dt.date,
) -> Iterator[outbox.Draft]:
    for row in batch:
        if row.skipped or row.kind.letter is None:
            continue
        authorization = authorizations[row.authorization_id]
        yield from drafts_to_vip_admins(
            authorization.customer,
            letter=row.kind.letter,
            key=f"{row.kind.letter}:{authorization.number}",
            # After missed nights a PA may have lapsed meanwhile: the letter says what is so.
            context=facts(authorization)
            | {
                "straight_to_lapse": authorization.lapses_straight
                or authorization.lapses_on <= today
            },
        )
