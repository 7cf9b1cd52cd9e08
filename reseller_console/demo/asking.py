"""What is left to renew, and when the anniversary date (AD) moves, of rows not stored yet.

The console's own statement answers (`authorizations.rules.rollup`). Blocks named like its tables
stand before it and hold the rows in question; each question is a customer to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched, count

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from psycopg.types.json import Jsonb

from authorizations.models import DroppedRenewal, OrderLine, Product
from authorizations.rules import rollup
from authorizations.rules.renewals import Rest
from reseller_console.demo.books import Books

Lines = dict[Product, int]

_AT_ONCE = 1_000
_ROWS = """
bought AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(bought)s) AS row (
        id bigint, customer_id bigint, product_id bigint, counts_to date, renews_on date,
        starts_on date, usable_until_on date, quantity int, returned int,
        order_id bigint, ordered_on date, recorded_on date
    )
),
authorizations_order AS (SELECT DISTINCT order_id AS id, ordered_on, recorded_on FROM bought),
authorizations_orderline AS (SELECT *, %(reseller)s::bigint AS reseller_id FROM bought),
authorizations_returnedline AS (
    SELECT id AS order_line_id, returned AS quantity FROM bought WHERE returned > 0
),
authorizations_droppedrenewal AS (
    SELECT * FROM jsonb_to_recordset(%(dropped)s) AS row (
        order_id bigint, customer_id bigint, product_id bigint, anniversary_on date, quantity int
    )
),
"""
_ANSWERS = """
asked AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(anniversaries)s::date[]) AS asked (id, ends_on)
)
SELECT asked.id, coalesce(settled.from_on, asked.ends_on + %(closes)s + 1),
       rest.product_id, rest.rest, rest.usable_until_on
FROM asked
LEFT JOIN settled ON settled.customer_id = asked.id AND settled.counts_to = asked.ends_on
LEFT JOIN rest
    ON rest.customer_id = asked.id AND rest.counts_to = asked.ends_on AND rest.rest > 0
ORDER BY asked.id
"""
_OF_LINE = ("product_id", "counts_to", "renews_on", "starts_on", "usable_until_on", "quantity")
_OF_DROP = ("order_id", "product_id", "anniversary_on", "quantity")


@dataclass(frozen=True)
class Question:
    """A term by the AD it ends at, and the purchases about it as they are when it is asked."""

    anniversary_on: dt.date
    rows: list[dict[str, object]]
    dropped: list[dict[str, object]]

    @classmethod
    def of(
        cls,
        anniversary: dt.date,
        lines: Iterable[OrderLine],
        *,
        returned: Mapping[OrderLine, int],
        dropped: Iterable[DroppedRenewal],
    ) -> Question:
        """Return the question about a term of the customer who bought, returned, dropped these."""
        return cls(
            anniversary,
            [
                {name: getattr(line, name) for name in _OF_LINE}
                | {"ordered_on": line.order.ordered_on, "recorded_on": line.order.recorded_on}
                | {"order_id": line.order.pk, "returned": returned.get(line, 0)}
                for line in lines
                if anniversary in (line.counts_to, line.renews_on)
            ],
            [{name: getattr(row, name) for name in _OF_DROP} for row in dropped],
        )


@dataclass
class Answer:
    """The day on which the AD moves, and what is left of its term; products in catalog order."""

    rolls_on: dt.date
    rest: Rest = field(default_factory=lambda: Rest(dt.date.min))

    @property
    def lines(self) -> Lines:
        """What is left by product."""
        return {product: number for number, product in self.rest.lines}


def ask(books: Books, questions: Sequence[Question]) -> list[Answer]:
    """Return the answers in the order of the questions; a query for many of them."""
    return [answer for some in batched(questions, _AT_ONCE) for answer in _ask(books, some)]


def _ask(books: Books, questions: Sequence[Question]) -> list[Answer]:
    ids = count(1)
    rows = [
        row | {"id": next(ids), "customer_id": number}
        for number, question in enumerate(questions)
        for row in question.rows
    ]
    dropped = [
        row | {"customer_id": number}
        for number, question in enumerate(questions)
        for row in question.dropped
    ]
    values = rollup.parameters(books.reseller, day=books.day) | {
        "bought": Jsonb(rows, dumps=DjangoJSONEncoder().encode),
        "dropped": Jsonb(dropped, dumps=DjangoJSONEncoder().encode),
        "ids": list(range(len(questions))),
        "anniversaries": [question.anniversary_on for question in questions],
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_ROWS} {rollup.terms()} {_ANSWERS}", values)
        found = cursor.fetchall()
    answers = {number: Answer(rolls_on) for number, rolls_on, *_ in found}
    left = [row for row in found if row[2] is not None]
    place = {product.pk: place for place, product in enumerate(books.products)}
    for number, _rolls_on, product, rest, until in sorted(left, key=lambda row: place[row[2]]):
        known = answers[number].rest
        known.usable_until_on = max(known.usable_until_on, until)
        known.lines.append((int(rest), books.products[place[product]]))
    return [answers[number] for number in range(len(questions))]
