"""One page of the workbench: the rows and what is known of each, by a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from authorizations.emails import products_in_words
from authorizations.models import Product, PurchaseAuthorization
from authorizations.renewing.contacts import Contact, last_contacts
from authorizations.rules.discount import Discount, discounts_of
from authorizations.rules.renewals import Owned, TermKey, owned_in_terms
from authorizations.workbench.forecast import Forecast
from authorizations.workbench.listing import SLUG, Workbench
from customers.models import Customer
from customers.standing import READY, UPCOMING
from reseller_console.accounts.models import User
from reseller_console.lib.lists import COUNTED_HITS, Paging
from reseller_console.lib.reasons import Reason
from reseller_console.tenancy.models import Day, Reseller

ROWS = 50
# So many products of a row are named.
NAMED = 2


@dataclass(frozen=True)
class Line:
    """A product of a term, and what has become of its licenses."""

    product: Product
    owned: Owned


@dataclass(frozen=True)
class Row:
    """A customer's term that is to renew, on a day."""

    customer: Any
    day: Day
    lines: Sequence[Line]
    po_number: str
    # When they were last notified; None for never.
    contact: Contact | None
    # None without an anniversary date.
    discount: Discount | None

    @property
    def ends_on(self) -> dt.date:
        """The anniversary date."""
        date: dt.date = self.customer.term_ends_on
        return date

    @property
    def opens_on(self) -> dt.date:
        """The first day renewal orders are dated."""
        return self.day.terms.renewal_window.around(self.ends_on)[0]

    @property
    def last_day(self) -> dt.date:
        """The last day renewal orders are dated, and unrenewed licenses work."""
        return self.day.terms.renewal_window.around(self.ends_on)[1]

    @property
    def is_open(self) -> bool:
        """Whether a renewal order can be dated on the day."""
        return self.opens_on <= self.day.today <= self.last_day

    @property
    def because(self) -> Reason | None:
        """Why the customer is to renew, until when, and who ends it."""
        return READY.reason(self.customer, self.day) or UPCOMING.reason(self.customer, self.day)

    @property
    def left(self) -> int:
        """How many licenses are to renew."""
        return sum(line.owned.left for line in self.lines)

    @property
    def left_in_words(self) -> str:
        """The products with the most licenses to renew, and how many more there are."""
        named = sorted(
            ((line.product.name, line.owned.left) for line in self.lines if line.owned.left),
            key=lambda pair: (-pair[1], pair[0]),
        )
        words = products_in_words(named[:NAMED])
        more = len(named) - NAMED
        if more < 1:
            return words
        several = ngettext(
            "%(words)s and %(n)d more product", "%(words)s and %(n)d more products", more
        )
        return several % {"words": words, "n": more}

    @property
    def renewed(self) -> int:
        """How many of the term's licenses have been renewed; more and others aside."""
        return sum(min(line.owned.renewed, line.owned.quantity) for line in self.lines)

    @property
    def owned(self) -> int:
        """How many licenses the term ends with."""
        return sum(line.owned.quantity for line in self.lines)

    @property
    def week(self) -> dt.date:
        """The Monday of the week of the last day."""
        return self.last_day - dt.timedelta(days=self.last_day.weekday())


@dataclass(frozen=True)
class Page:
    """Rows, how many there are in all, and the lists that the links beside them lead to."""

    rows: list[Row]
    total: int
    total_is_exact: bool
    rows_before: int | None
    first: Workbench | None
    previous: Workbench | None
    next: Workbench | None
    last: Workbench | None


def page_of(listing: Workbench, user: User, day: Day, forecast: Forecast) -> Page:
    """Return the page the list asks for; `forecast` is of the same customers."""
    customers = listing.customers(user, day)
    total, exact = forecast.between(*listing.span(day)).customers, True
    if listing.searches:
        total = customers.order_by()[:COUNTED_HITS].count()
        exact = total < COUNTED_HITS
    paging = Paging(listing, listing.keys(user, day), SLUG)
    found, around = paging.read(
        customers.select_related("managed_by").shown_on(day), ROWS, total=total if exact else None
    )
    return Page(rows_of(found, day), total=total, total_is_exact=exact, **vars(around))


def rows_of(customers: Sequence[Any], day: Day) -> list[Row]:
    """Return customers with `term_ends_on` as rows; five queries, however many there are.

    They come as `CustomerQuerySet.shown_on` annotates them.
    """
    if not customers:
        return []
    reseller: Reseller = customers[0].reseller
    terms: list[TermKey] = [(one.pk, one.term_ends_on) for one in customers]
    owned = owned_in_terms(reseller, terms)
    products = Product.objects.in_bulk({pk for of_term in owned.values() for pk in of_term})
    numbers = _po_numbers(customers)
    contacts = last_contacts(one.pk for one in customers)
    discounts = discounts_of(customers, day)
    return [
        Row(
            one,
            day,
            sorted(
                (Line(products[pk], number) for pk, number in owned.get(term, {}).items()),
                key=lambda line: (line.product.family, line.product.name, line.product.pk),
            ),
            numbers[term],
            contacts.get(one.pk),
            discounts.get(one.pk),
        )
        for one, term in zip(customers, terms, strict=True)
    ]


def _po_numbers(customers: Sequence[Customer]) -> dict[TermKey, str]:
    """Return the newest PO number among the PAs of each term; blank without any."""
    rows = PurchaseAuthorization.objects.filter(customer__in=customers).exclude(po_number="")
    found: dict[TermKey, str] = defaultdict(str)
    values = rows.order_by("created_on", "id").values_list("customer", "counts_to", "po_number")
    for customer, counts_to, number in values:
        found[customer, counts_to] = number
    return found
