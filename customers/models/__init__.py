"""Who buys, by noun: organizations, invitations, VIP admins, and what happened."""

from customers.models.corrections import CorrectionRequest
from customers.models.customers import Customer
from customers.models.earlier import EarlierCustomer
from customers.models.events import CustomerEvent, StandingTally
from customers.models.invitations import AdminInvitation, Invitation
from customers.models.kinds import CustomerKind
from customers.models.memberships import Membership, TermsAcceptance
from customers.models.offerings import Offering
from customers.models.querysets import (
    AdminInvitationQuerySet,
    CustomerQuerySet,
    InvitationQuerySet,
    MembershipQuerySet,
    standing_today,
)

__all__ = [
    "AdminInvitation",
    "AdminInvitationQuerySet",
    "CorrectionRequest",
    "Customer",
    "CustomerEvent",
    "CustomerKind",
    "CustomerQuerySet",
    "EarlierCustomer",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Offering",
    "StandingTally",
    "TermsAcceptance",
    "standing_today",
]
