"""Write down whose licenses have ended, and tell of what happens to people's licenses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.queue import NAMES, Ended, end_lost
from customers.actions.frame import Work
from customers.models import Customer, CustomerEvent
from reseller_console.tenancy.models import Day


def settle(customers: Iterable[Customer], *, day: Day) -> int:
    """End the assignments beyond what is owned on that day; return how many.

    Screens show them as gone before that. The frame of every verb calls it first, so that what
    comes next does not depend on whether a night has run; the night calls it for everyone. The
    customers, of one reseller, are locked.
    """
    of_ids = {customer.pk: customer for customer in customers}
    found = end_lost(of_ids.keys(), day=day) if of_ids else {}
    CustomerEvent.objects.bulk_create(
        CustomerEvent(
            reseller_id=of_ids[pk].reseller_id,
            customer=of_ids[pk],
            kind=kind_of(AssignmentKind.GONE, ended),
            details=details_of(ended),
        )
        for pk, products in found.items()
        for ended in products
    )
    return sum(ended.count for products in found.values() for ended in products)


def kind_of(kind: AssignmentKind, people: Ended) -> AssignmentKind:
    """Return the kind of event that fits how many people it is about."""
    return kind.of_many if people.count > 1 else kind


def details_of(people: Ended) -> dict[str, object]:
    """Return what an event says about people's licenses of one product; it names a few."""
    names = people.names[:NAMES]
    shown = ", ".join(names) + (" …" if people.count > len(names) else "")
    return {"product": people.product, "count": people.count, "people": shown}


def tell(work: Work, kind: AssignmentKind, product: str, names: Sequence[str]) -> None:
    """Write down what a person did to the licenses of these people of the customer."""
    if names:
        people = Ended(product, len(names), list(names[:NAMES]))
        work.event(work.customer, kind_of(kind, people), **details_of(people))
