"""Who buys, by noun: organizations, invitations, VIP admins, and what happened."""

from customers.models.corrections import CorrectionRequest
from customers.models.customers import Customer
from customers.models.events import CustomerEvent, StandingTally
from customers.models.invitations import AdminInvitation, Invitation
from customers.models.memberships import Membership, TermsAcceptance

__all__ = [
    "AdminInvitation",
    "CorrectionRequest",
    "Customer",
    "CustomerEvent",
    "Invitation",
    "Membership",
    "StandingTally",
    "TermsAcceptance",
]
