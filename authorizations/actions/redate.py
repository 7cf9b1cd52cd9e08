"""Re-date open purchase authorizations by the program terms in force: ops only, with a reason."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import batched
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from authorizations.models import PurchaseKind
from authorizations.program_terms.blocks import DATES, MOVES, judged, parameters
from authorizations.program_terms.calendars import where_in_force
from authorizations.program_terms.redating import COLUMNS, Redated, customers_to_redate
from customers.actions.frame import Work, acting_everywhere_on
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import ProgramTerms

# So many customers are locked at a time.
BATCH = 200


class Done(NamedTuple):
    """How many PAs were re-dated, of how many customers, and how many customers are left."""

    authorizations: int
    customers: int
    left: int


def redate_authorizations(
    terms: ProgramTerms,
    *,
    counts: Sequence[int],
    reason: str,
    by: User,
    seconds: float | None = None,
) -> Done:
    """Give open PAs of the program the dates they would have been created with under `terms`.

    Only where these are in force on the reseller's today; what a PA counts to never changes. A
    batch of customers at a time, each a transaction: what is done stays done, and a second run
    does what is left. After `seconds` no further batch is begun. `counts` are the day counts
    that were shown. Raises ActionRefused with code "not_ops", "reason", "not_in_force" or
    "changed".
    """
    _refuse_others(terms, reason=reason, by=by)
    started, done, moved = time.monotonic(), 0, 0
    waiting = customers_to_redate(terms)
    for some in batched(waiting, BATCH):
        moved += _redate(some, terms, counts=tuple(counts), reason=reason.strip(), by=by)
        done += len(some)
        if seconds is not None and time.monotonic() - started > seconds:
            break
    return Done(moved, done, len(waiting) - done)


def _refuse_others(terms: ProgramTerms, *, reason: str, by: User) -> None:
    if not by.is_superuser:
        raise ActionRefused(_("Only ops can re-date."), code="not_ops")
    if not reason.strip():
        raise ActionRefused(_("Say why these are re-dated."), field="reason", code="reason")
    if not where_in_force(terms):
        raise ActionRefused(_("These terms are not in force today."), code="not_in_force")


def _redate(
    ids: Sequence[int], terms: ProgramTerms, *, counts: tuple[int, ...], reason: str, by: User
) -> int:
    """Re-date the PAs of some customers in one transaction; return how many moved."""
    customers = Customer.objects.filter(pk__in=ids).select_related("reseller__program")
    moved: list[Redated] = []
    with transaction.atomic():
        with acting_everywhere_on(customers, by=by) as works:
            terms = _as_shown(terms, counts)
            for work in works:
                if work.day.terms == terms:
                    moved += _move(work, terms, reason)
        concerned = {row.customer_id for row in moved}
        with acting_everywhere_on([row for row in customers if row.pk in concerned], by=None):
            # Entering ends the licenses that are gone by the new dates.
            pass
    return len(moved)


def _as_shown(terms: ProgramTerms, counts: tuple[int, ...]) -> ProgramTerms:
    """Return the terms, kept from being changed; raise ActionRefused if they are others now."""
    stored = ProgramTerms.objects.select_for_update(no_key=True).get(pk=terms.pk)
    if stored.counts != counts:
        raise ActionRefused(
            _("These terms were changed while this page was open. Look at the list again."),
            code="changed",
        )
    return stored


_MOVE = f"""
UPDATE authorizations_purchaseauthorization pa
SET ({", ".join(DATES)}) = ROW({", ".join(f"judged.{name}" for name in DATES)})
FROM judged WHERE judged.id = pa.id AND {MOVES} RETURNING {COLUMNS}
"""


def _move(work: Work, terms: ProgramTerms, reason: str) -> list[Redated]:
    """Write the new dates of one reseller's PAs, and what has changed into the activity."""
    values = {**parameters([(work.day.today, [work.reseller])]), "customers": work.ids}
    blocks = judged(terms, only="AND pa.customer_id = ANY(%(customers)s)")
    with connection.cursor() as cursor:
        # The database keeps the dates of a PA but from these, which are those of the terms.
        cursor.execute("SELECT set_config('console.redates_by_terms', %s, true)", [str(terms.pk)])
        cursor.execute(f"WITH {blocks} {_MOVE}", values)
        moved = sorted(Redated.from_row(row) for row in cursor.fetchall())
        cursor.execute("SELECT set_config('console.redates_by_terms', '', true)")
    customers = {customer.pk: customer for customer in work.customers}
    for row in moved:
        same = row.old.due_on == row.new.due_on
        kind = PurchaseKind.REDATED_OTHERWISE if same else PurchaseKind.REDATED
        work.event(customers[row.customer_id], kind, **_details(row), reason=reason)
    return moved


def _details(row: Redated) -> dict[str, object]:
    dates = {
        f"{which}_{name}": date.isoformat()
        for which, dates in (("old", row.old), ("new", row.new))
        for name, date in dates._asdict().items()
    }
    return {"number": row.number, **dates}
