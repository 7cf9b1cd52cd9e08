"""Write down whose licenses have ended, and tell of what happens to people's licenses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.queue import NAMES, Ended, end_lost
from customers.models import Customer, CustomerEvent
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Day


def settle(customers: Iterable[Customer], *, day: Day) -> int:
    """End the assignments beyond what is owned on that day; return how many.

    Screens show them as gone before that. Verbs that change what is owned or held call it
    first, so that what comes next does not depend on whether a night has run; the night calls
    it for everybody. The customers, of one reseller, are locked.
    """
    of_ids = {customer.pk: customer for customer in customers}
    found = end_lost(of_ids.keys(), day=day) if of_ids else {}
    CustomerEvent.objects.bulk_create(
        event(of_ids[pk], AssignmentKind.GONE, ended, by=None)
        for pk, products in found.items()
        for ended in products
    )
    return sum(ended.count for products in found.values() for ended in products)


def event(
    customer: Customer, kind: AssignmentKind, people: Ended, *, by: User | None, **details: object
) -> CustomerEvent:
    """Return what happened to people's licenses of one product, not saved; it names a few."""
    many = people.count > 1
    names = people.names[:NAMES]
    shown = ", ".join(names) + (" …" if people.count > len(names) else "")
    return CustomerEvent(
        reseller_id=customer.reseller_id,
        customer=customer,
        by=by,
        kind=kind.of_many if many else kind,
        details={"product": people.product, "count": people.count, "people": shown, **details},
    )


def tell(
    customer: Customer,
    kind: AssignmentKind,
    product: str,
    names: Sequence[str],
    *,
    by: User,
    **details: object,
) -> None:
    """Record what somebody did to the licenses of these people."""
    if names:
        people = Ended(product, len(names), list(names[:NAMES]))
        event(customer, kind, people, by=by, **details).save()
