"""Write down that ops looked: viewing changes nothing and takes no lock."""

from __future__ import annotations

from customers.models import Customer, CustomerEvent, CustomerKind
from reseller_console.accounts.models import User


def record_view(customer: Customer, *, what: str, by: User) -> None:
    """Write down that ops looked at a customer, or at `what` of it."""
    CustomerEvent.objects.create(
        reseller_id=customer.reseller_id,
        customer=customer,
        by=by,
        kind=CustomerKind.VIEWED,
        details={"what": what},
    )
