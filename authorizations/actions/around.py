"""What purchases add to the frame of every verb, those of `customers` included."""

from __future__ import annotations

from authorizations.actions.settle import settle
from authorizations.rules import rollup
from customers.actions.frame import Work


def settle_licenses(work: Work) -> None:
    """Write down first whose licenses have ended: what comes next depends on no night."""
    settle(work.customers, day=work.day)


def refresh_rollup(work: Work) -> None:
    """Write the rollup facts of the customers after whatever has been done to them.

    Where that moves an anniversary date, the activity says so.
    """
    written = rollup.refresh(work.reseller, day=work.day, customer_ids=work.ids)
    of_ids = {customer.pk: customer for customer in work.customers}
    for moved in written.moved:
        date = str(moved.anniversary_on)
        work.consequence(of_ids[moved.customer_id], moved.kind, date=date)
