"""One page of the worklist, however long it is and however deep the page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from authorizations.details.rows import Row, rows_of
from authorizations.models import AuthorizationQuerySet
from authorizations.rules.status import when
from authorizations.worklist.listing import KEYS, SHOWS, SLUG, Worklist, matching
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.lists import COUNTED_HITS, Paging, hits, ids_as_sql
from reseller_console.lib.lists import matching as customers_matching
from reseller_console.tenancy.models import Day, Reseller

ROWS = 50


@dataclass(frozen=True)
class Page:
    """Rows, how many there are in all, and the lists that the links beside them lead to."""

    rows: list[Row]
    total: int
    total_is_exact: bool
    rows_before: int | None
    first: Worklist | None
    previous: Worklist | None
    next: Worklist | None
    last: Worklist | None


def counts_of(listing: Worklist, user: User, day: Day) -> dict[str, int]:
    """Return how many each filter holds under the list's switches, by slug; one query."""
    rows = listing.switched(user, day).order_by()
    return rows.aggregate(
        **{
            show.slug or "all": Count("pk", filter=when(show.state, day.today))
            if show.state
            else Count("pk")
            for show in SHOWS
        }
    )


def page_of(listing: Worklist, user: User, day: Day, *, in_filter: int) -> Page:
    """Return the page the list asks for.

    `in_filter` is the number in its filter under its switches; a search finds out its own
    number, up to the number from which on hits are called "1,000+".
    """
    rows, total = found(listing, user, day), in_filter
    if listing.searches:
        total = rows.order_by()[:COUNTED_HITS].count()
    exact = not (listing.searches and total >= COUNTED_HITS)
    paging = Paging(listing, KEYS, SLUG)
    authorizations, around = paging.read(shown(rows, day), ROWS, total=total if exact else None)
    return Page(
        rows_of(authorizations, seller=seller_of(user), today=day.today),
        total=total,
        total_is_exact=exact,
        **vars(around),
    )


def found(listing: Worklist, user: User, day: Day) -> AuthorizationQuerySet:
    """Return everything on the list, unsorted, for any page.

    A search looks for customers first, which an index does. Where that finds too many to
    name them, the rows are tested one by one in their order: then matches are frequent.
    """
    rows = listing.authorizations(user, day)
    if not listing.searches:
        return rows
    customers = Customer.objects.of(user).filter(customers_matching(listing.q))
    few = hits(customers)
    if few.ids is not None:
        rows = rows.filter(customer__in=ids_as_sql(few.ids))
    return rows.filter(matching(listing.q))


def seller_of(user: User) -> Reseller:
    """Return whose worklist a colleague reads; raises ValueError for who is nobody's colleague."""
    if user.reseller is None:
        raise ValueError("There is a worklist for colleagues of a reseller alone.")
    return user.reseller


def shown(rows: AuthorizationQuerySet, day: Day) -> AuthorizationQuerySet:
    """Return the rows with what the page shows of each beside its lines."""
    return rows.on(day.today).select_related("customer__managed_by", "requested_by")
