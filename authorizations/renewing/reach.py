"""Whether emails reach the people a customer's notices go to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from customers.admins.recipients import Recipient
from customers.models import Customer
from notifications.delivery import CAME_BACK, Delivery
from notifications.models import Email
from notifications.tracking.reasons import Reason
from notifications.tracking.suppressions import closed_among
from reseller_console.tenancy.models import Reseller


@dataclass(frozen=True)
class Reached:
    """A recipient; `is_closed` while nothing is sent there, `why` what the last email came to."""

    recipient: Recipient
    is_closed: bool
    why: str

    @property
    def is_in_doubt(self) -> bool:
        """Whether another recipient should be thought of."""
        return self.is_closed or bool(self.why)


def reach_of(
    reseller: Reseller, recipients: Mapping[Customer, Sequence[Recipient]]
) -> dict[int, list[Reached]]:
    """Return how each recipient is reached, by the customer's id; two queries for all."""
    addresses = {one.address for some in recipients.values() for one in some}
    closed = closed_among(reseller, addresses)
    came_back = _came_back(reseller, [row.vip_id for row in recipients], addresses)
    return {
        customer.pk: [
            Reached(one, one.address in closed, came_back.get((customer.vip_id, one.address), ""))
            for one in some
        ]
        for customer, some in recipients.items()
    }


def _came_back(
    reseller: Reseller, vip_ids: Iterable[str], addresses: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Return why the last email about a customer to an address came back, where it did."""
    emails = Email.objects.filter(
        reseller=reseller, about__in=list(vip_ids), to_address__in=list(addresses)
    )
    last = emails.with_delivery().order_by("about", "to_address", "-queued_at", "-pk")
    values = last.distinct("about", "to_address")
    rows = values.values_list("about", "to_address", "delivery", "return_reason")
    return {
        (about, address): str(Reason(reason).meaning if reason else Delivery(state).meaning)
        for about, address, state, reason in rows
        if state in CAME_BACK
    }
