"""Reads from the product what the naive model says of a customer on a day.

`view_of` asks one customer's pages; `views_of` asks for all customers of a shop at once, by the
same rules and few statements, because years are compared on very many days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache

from django.db import connection
from django.db.models import BooleanField, Case, Value, When

from authorizations.licenses.owned import product_rows
from authorizations.models import PurchaseAuthorization, Unit
from authorizations.rules.licenses import NOTHING, holding
from customers.anniversary import shown_anniversary_sql
from customers.models import Customer
from customers.standing import FILTERS
from customers.tally import rail_counts
from reseller_console.tenancy.models import Day
from tests.year.naive import View
from tests.year.product import Played, Shop

RAIL = [entry for entry in FILTERS if entry.slug]

# The same blocks as of `product_rows`, for several customers.
_ROWS = """,
to_renew AS (
    SELECT rest.customer_id, rest.product_id, rest.rest FROM rest
    JOIN customers_customer c ON c.id = rest.customer_id AND rest.counts_to = {shown}
)
SELECT customer_id, product_id, coalesce(usable, 0), coalesce(suspended, 0),
       coalesce(rest, 0)::bigint
FROM holding FULL JOIN to_renew USING (customer_id, product_id)
"""
_KINDS = ("usable", "suspended", "to_renew")


def view_of(played: Played, day: Day) -> View:
    """Return what the product shows of one customer on a day."""
    customer = Customer.objects.shown_on(day).get(pk=played.customer.pk)
    rows = product_rows(customer, day=day)
    names = {product.pk: name for name, product in played.shop.products.items()}
    states = PurchaseAuthorization.objects.on(day.today).filter(customer=customer)
    of_ids = dict(states.values_list("pk", "status"))
    found = Customer.objects.filter(pk=customer.pk)
    licenses = {
        kind: {names[row.product.pk]: number for row in rows if (number := getattr(row, kind))}
        for kind in _KINDS
    }
    return View(
        anniversary=customer.anniversary,
        states={name: of_ids[pa.pk] for name, pa in played.authorizations.items()},
        filters=frozenset(entry.slug for entry in RAIL if found.standing(entry, day).exists()),
        **licenses,
    )


def views_of(shop: Shop, customers: Sequence[Played], day: Day) -> list[View]:
    """Return the same of these customers of one shop, in their order, by three statements."""
    ids = [played.customer.pk for played in customers]
    rows = {row.pk: row for row in _customers(ids, day)}
    states = _states(shop.reseller.pk, day.today)
    licenses = _licenses(shop, ids, day)
    return [
        View(
            anniversary=(row := rows[played.customer.pk]).anniversary,
            states={name: states[pa.pk] for name, pa in played.authorizations.items()},
            filters=frozenset(entry.slug for entry in RAIL if getattr(row, _name(entry.slug))),
            **{kind: licenses[row.pk, kind] for kind in _KINDS},
        )
        for played in customers
    ]


def wrong_counts(shop: Shop, views: Sequence[View], day: Day) -> list[str]:
    """Return which counts of the rail differ from what is true of all customers of a shop."""
    true = Counter(slug for view in views for slug in view.filters)
    counts = rail_counts(shop.reseller.pk, day)
    true[""] = len(views)
    return [
        f"{slug or 'all'}: {count} for {true[slug]}"
        for slug, count in counts.items()
        if count != true[slug]
    ]


# They stand for the reseller and the day asked about, in a statement that is kept.
_NOBODY, _SOME_DAY = -1, date(1900, 1, 1)


@cache
def _states_statement() -> tuple[str, tuple[object, ...]]:
    """Return the statement of all states of a reseller; to build it takes longer than to run it.

    It was made for `_NOBODY` and `_SOME_DAY`; its dates are some days from that one.
    """
    rows = PurchaseAuthorization.objects.on(_SOME_DAY).filter(reseller=_NOBODY).order_by()
    return rows.values_list("pk", "status").query.sql_with_params()


def _states(reseller_id: int, today: date) -> dict[int, str]:
    def asked(value: object) -> object:
        if isinstance(value, date):
            return today + (value - _SOME_DAY)
        return reseller_id if value == _NOBODY else value

    sql, values = _states_statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked(value) for value in values])
        return dict(cursor.fetchall())


def _name(slug: str) -> str:
    return f"in_{slug.replace('-', '_')}"


def _customers(ids: Sequence[int], day: Day):
    listed = {
        _name(entry.slug): Case(
            When(entry.when(day), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for entry in RAIL
    }
    rows = Customer.objects.filter(pk__in=ids).order_by()
    return rows.shown_on(day).annotate(**listed).only("pk")


def _licenses(shop: Shop, ids: Sequence[int], day: Day) -> dict[tuple[int, str], dict[str, int]]:
    names = {product.pk: name for name, product in shop.products.items()}
    values = {
        "customers": list(ids),
        "today": day.today,
        **NOTHING.parameters(),
        "closes": day.terms.renewal_window.last,
        "consumables": list(Unit.CONSUMABLES),
    }
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        rows = _ROWS.format(shown=shown_anniversary_sql("c"))
        cursor.execute(f"WITH {holding()} {rows}", values)
        for customer, product, *numbers in cursor.fetchall():
            for kind, number in zip(_KINDS, numbers, strict=True):
                if number:
                    found[customer, kind][names[product]] = number
    return found
