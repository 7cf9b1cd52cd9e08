"""Who has a license of one product, page by page, and who had one."""

from __future__ import annotations

from functools import cached_property

from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _

from authorizations.licenses.lists import Held, Listing, ListPage, held_at
from authorizations.licenses.queue import Queue, queue_of
from authorizations.models import QUEUE_KEYS, Assignment, Product
from customers.models import Customer
from reseller_console.accounts import attempts
from reseller_console.lib.lists import Around, Key, read_id, read_instant
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day

# This many can be taken back at once from a page or a search.
MOST_AT_ONCE = 500
_ENDED_KEYS = [Key("ended_at", F("ended_at"), read_instant), Key("id", F("id"), read_id)]


def product_of(customer: Customer, product_id: int, *, day: Day) -> tuple[Product, Queue]:
    """Return a product the customer holds or has given out, with its queue.

    Raises Http404 for any other, as for one that does not exist.
    """
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise Http404
    queue = queue_of(customer, product, day=day)
    known = Assignment.objects.filter(customer=customer, product=product)
    if not queue.licenses and not known.exists():
        raise Http404
    return product, queue


def chosen_of(customer: Customer, product: Product, ids: list[str]) -> list[Assignment]:
    """Return the held assignments of a product that were ticked, by name."""
    numbers = [int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 19]
    if len(numbers) > MOST_AT_ONCE:
        raise ActionRefused(_("At most %(most)d people at a time.") % {"most": MOST_AT_ONCE})
    held = Assignment.objects.held().filter(customer=customer, product=product, pk__in=numbers)
    chosen = list(held.with_people().order_by("person__name_sort", "person", "pk"))
    attempts.tried(Assignment, set(numbers) - {row.pk for row in chosen})
    return chosen


class ProductPage(ListPage):
    """Who has a license of one product, the newest first; or who had one."""

    descending = True

    def __init__(
        self, customer: Customer, product: Product, queue: Queue, *, day: Day, listing: Listing
    ) -> None:
        super().__init__(customer, day=day, listing=listing)
        self.product, self.queue = product, queue
        self.keys = _ENDED_KEYS if listing.ended else QUEUE_KEYS
        self.slug = "ended" if listing.ended else "line"

    @property
    def _total(self) -> int | None:
        return None if self.listing.searches or self.listing.ended else self.queue.held

    @cached_property
    def _found(self) -> tuple[list[Assignment], Around[Listing]]:
        rows = Assignment.objects.filter(customer=self.customer, product=self.product)
        rows = rows.filter(ended_at__isnull=not self.listing.ended)
        rows = self._searched(rows, person="person", text="person__search_text")
        return self._cut(rows.select_related("person", "assigned_by", "ended_by"))

    @cached_property
    def rows(self) -> list[Held]:
        """The rows of the page."""
        rows, _around = self._found
        return [held_at(row, self.queue) for row in rows]
