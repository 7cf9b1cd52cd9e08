"""Where a person is known: everything that has their email address."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from authorizations.models import Assignment, Person, RenewalContact
from customers.models import AdminInvitation, Customer, Membership, TermsAcceptance
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key


@dataclass(frozen=True)
class Found:
    """Rows of one person, whichever resellers and customers they are of."""

    address: str
    account: User | None
    contacts: list[Customer]
    people: list[Person]
    invitations: list[AdminInvitation]
    memberships: list[Membership]
    # Customers whose renewal notice somebody sent to this address.
    written_to: list[Customer] = field(default_factory=list)
    # Address and names in every form in which they are stored now.
    addresses: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether the person is known at all."""
        known = self.account or self.contacts or self.people or self.invitations
        return bool(known or self.written_to)

    @property
    def customers(self) -> list[Customer]:
        """The customers the person is known at, each once."""
        rows = [
            *self.contacts,
            *(row.customer for row in self.people),
            *(row.customer for row in self.invitations),
            *(row.customer for row in self.memberships),
            *self.written_to,
        ]
        return list({row.pk: row for row in rows}.values())

    @property
    def resellers(self) -> list[int]:
        """The reseller a colleague works for: all its customers' emails may name them."""
        return [self.account.reseller_id] if self.account and self.account.reseller_id else []


def _addresses(found: Found) -> list[str]:
    stored = [found.address, address_key(found.address)]
    stored += [found.account.email] if found.account else []
    stored += [row.contact_email for row in found.contacts]
    stored += [row.address for row in found.people]
    stored += [row.address for row in found.invitations]
    return _as_written(stored)


def _names(found: Found) -> list[str]:
    stored = [row.contact_name for row in found.contacts]
    stored += [row.name for row in found.people]
    stored += [row.name for row in found.invitations]
    if found.account:
        accepted = TermsAcceptance.objects.filter(accepted_by=found.account)
        stored += [found.account.name, *accepted.values_list("accepted_name", flat=True)]
    return _as_written(stored)


def find(address: str) -> Found:
    """Return where the address is known, in capitals or not."""
    key = address_key(address)
    account = User.objects.with_address(address).select_related("reseller").first()
    customer = "customer__reseller__program"
    memberships = Membership.objects.filter(user=account) if account else Membership.objects.none()
    found = Found(
        address=address.strip(),
        account=account,
        contacts=list(Customer.objects.filter(email_key=key).select_related("reseller__program")),
        people=list(Person.objects.filter(address_key=key).select_related(customer)),
        invitations=list(AdminInvitation.objects.filter(address_key=key).select_related(customer)),
        memberships=list(memberships.select_related(customer)),
        written_to=_written_to(address),
    )
    return replace(found, addresses=_addresses(found), names=_names(found))


def _written_to(address: str) -> list[Customer]:
    """Return the customers of which a renewal notice went to the address, whoever has it."""
    notices = RenewalContact.objects.filter(email__to_address__iexact=address.strip())
    customers = Customer.objects.filter(pk__in=notices.values("customer"))
    return list(customers.select_related("reseller__program"))


def licenses_held(found: Found) -> int:
    """Return how many licenses the person has now."""
    return Assignment.objects.held().filter(person__in=found.people).count()


def _as_written(texts: Iterable[str]) -> list[str]:
    """Return texts as they are, and as they stand in JSON and in HTML."""
    plain = {text for text in texts if text.strip()}
    escaped = plain | {html.escape(text) for text in plain}
    return sorted(escaped | {json.dumps(text, ensure_ascii=False)[1:-1] for text in escaped})
