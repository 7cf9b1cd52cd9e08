"""Open purchase authorizations (PA) as they are and as other terms would date them, as SQL.

It is SQL because a program may have a hundred thousand of them, which are counted in one pass; each
is judged by its own reseller's today. What the dates are, and when a state begins, comes from
the rules (`authorizations.rules.dates`, `authorizations.rules.status`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from authorizations.rules.dates import dates_under
from authorizations.rules.status import AWAITS_ORDER, BEGINS, GONE, Status
from reseller_console.tenancy.models import ProgramTerms, Reseller

# The dates that terms decide, in the order in which they are named everywhere.
DATES = ("due_on", "suspends_on", "usable_until_on", "lapses_on")

_JUDGED = """
calendar AS (
    SELECT * FROM unnest(%(resellers)s::bigint[], %(todays)s::date[]) AS own (reseller_id, today)
),
awaiting AS (
    SELECT pa.id, pa.reseller_id, pa.customer_id, pa.number, pa.created_on, pa.counts_to,
           calendar.today, {kept}, {state_now} AS state_now
    FROM calendar JOIN authorizations_purchaseauthorization pa USING (reseller_id)
    WHERE {awaits_order} AND {gone} > calendar.today {only}
),
dated AS (SELECT awaiting.*, {given} FROM awaiting),
judged AS (SELECT dated.*, {state_then} AS state_then FROM dated)
"""
# Whether the terms would give a PA another date than it has.
MOVES = (
    f"({', '.join(f'judged.old_{name}' for name in DATES)}) IS DISTINCT FROM"
    f" ({', '.join(f'judged.{name}' for name in DATES)})"
)


def judged(terms: ProgramTerms, *, only: str = "") -> str:
    """Return the blocks up to `judged`: each open PA with its dates and those `terms` would give.

    The former are `old_due_on` and so on, the latter `due_on`; `state_now` and `state_then` are
    the states they lead to today. `only` narrows the PAs `pa`; takes `parameters`.
    """
    given = dates_under(terms)
    return _JUDGED.format(
        kept=", ".join(f"pa.{name} AS old_{name}" for name in DATES),
        given=", ".join(f"{given[name]} AS {name}" for name in DATES),
        state_now=_state("pa", "calendar.today"),
        state_then=_state("dated", "dated.today"),
        awaits_order=AWAITS_ORDER,
        gone=f"{GONE:pa}",
        only=only,
    )


def parameters(days: Iterable[tuple[dt.date, Iterable[Reseller]]]) -> Mapping[str, Any]:
    """Return what the blocks take: resellers, each with its today."""
    rows = [(reseller.pk, today) for today, resellers in days for reseller in resellers]
    return {"resellers": [pk for pk, _ in rows], "todays": [today for _, today in rows]}


def _state(table: str, today: str) -> str:
    """Return as SQL the state of a PA that awaits its order; the latest that has begun."""
    begun = [(state, edge) for state, edge in BEGINS.items() if state != Status.PENDING]
    tests = (f"WHEN {edge:{table}} <= {today} THEN '{state}'" for state, edge in reversed(begun))
    return f"CASE {' '.join(tests)} ELSE '{Status.PENDING}' END"
