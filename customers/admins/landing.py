"""What the link in an invitation leads to, and who may ask how often."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from customers.admins.memberships import may_be_accepted
from customers.models import AdminInvitation, Customer, Invitation
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key
from reseller_console.lib.tokens import secret_hash

# A secret has 256 bits; the throttle keeps noise away rather than luck.
MOST_MISSES = 30
MISSES_KEPT_SECONDS = 10 * 60


@dataclass(frozen=True)
class Link:
    """A link that was sent: to a customer's contact, or to a further admin."""

    invitation: Invitation | AdminInvitation

    @property
    def customer(self) -> Customer:
        """The organization it invites to."""
        return self.invitation.customer

    @property
    def is_for_contact(self) -> bool:
        """Whether following it means to accept the VIP terms for the customer."""
        return isinstance(self.invitation, Invitation)

    @property
    def address(self) -> str:
        """The one address whose account may follow it."""
        if isinstance(self.invitation, Invitation):
            return self.customer.contact_email
        return self.invitation.address

    @property
    def name(self) -> str:
        """The invited person's name, as the inviter wrote it."""
        if isinstance(self.invitation, Invitation):
            return self.customer.contact_name
        return self.invitation.name

    @property
    def language(self) -> str:
        """The language the invited person prefers."""
        if isinstance(self.invitation, Invitation):
            return self.customer.language
        return self.invitation.language

    @property
    def inviter(self) -> str:
        """Who invites: a colleague with the reseller's name, or a VIP admin of the customer."""
        by = self.invitation.sent_by
        if not self.is_for_contact:
            return str(by)
        reseller = self.customer.reseller.name
        return f"{by}, {reseller}" if by else reseller

    @property
    def expires_on(self) -> dt.date:
        """The last day it works, on the reseller's calendar."""
        return self.invitation.expires_on

    def works(self) -> bool:
        """Whether it can be followed today: not used, not replaced, not too old, not withdrawn."""
        row = self.invitation
        if row.used_at or row.superseded_at or row.expires_on < self.customer.today():
            return False
        if isinstance(row, AdminInvitation):
            return row.withdrawn_at is None and self.customer.withdrawn_at is None
        return may_be_accepted(self.customer)


class Visitor(Enum):
    """Who looks at a link, as far as following it is concerned."""

    NEW = "new"  # no one has an account with the invited address yet
    SIGNS_IN = "signs_in"  # a person has, and is not signed in
    INVITED = "invited"  # is signed in with the invited address
    SOMEBODY_ELSE = "somebody_else"  # is signed in as another member
    COLLEAGUE = "colleague"  # is signed in as a reseller's colleague or as ops
    UNFIT = "unfit"  # the account of that address can never be a member's, or is closed


def link_of_token(token: str) -> Link | None:
    """Return the link a secret belongs to, while it works.

    None for a secret no one has, and alike for one that expired, was withdrawn, replaced
    by a newer link or used: the answer must not tell which.
    """
    link = link_of_hash(secret_hash(token))
    return link if link is not None and link.works() else None


def link_of_hash(token_hash: str) -> Link | None:
    """Return the link whose secret has this hash, whether or not it still works."""
    contact = Invitation.objects.select_related("customer__reseller", "sent_by")
    further = AdminInvitation.objects.select_related("customer__reseller", "sent_by")
    found = (
        contact.filter(token_hash=token_hash).first()
        or further.filter(token_hash=token_hash).first()
    )
    return Link(found) if found else None


def visitor(link: Link, user: User | AnonymousUser) -> Visitor:
    """Return the visitor's relation to the link."""
    if isinstance(user, User):
        if not user.is_member:
            return Visitor.COLLEAGUE
        return Visitor.INVITED if is_for(link, user) else Visitor.SOMEBODY_ELSE
    account = User.objects.with_address(link.address).first()
    if account is None:
        return Visitor.NEW
    return Visitor.SIGNS_IN if account.is_member and account.is_active else Visitor.UNFIT


def is_for(link: Link, user: User) -> bool:
    """Whether the account has exactly the invited address, ignoring case."""
    return address_key(user.email) == address_key(link.address)


def is_throttled(address: str) -> bool:
    """Whether this network address has tried too many links that lead nowhere."""
    return int(cache.get(_key(address), 0)) >= MOST_MISSES


def count_miss(address: str) -> None:
    """Remember that this network address tried a link that leads nowhere."""
    cache.set(_key(address), int(cache.get(_key(address), 0)) + 1, MISSES_KEPT_SECONDS)


def _key(address: str) -> str:
    return f"invitation-misses:{address}"
