"""Accounts by noun: people and their roles, invitations, what happened, tries to sign in."""

from reseller_console.accounts.models.attempts import AccessAttempt, AttemptKind
from reseller_console.accounts.models.erasures import Erasure
from reseller_console.accounts.models.events import Event, TeamEvent
from reseller_console.accounts.models.invitations import ColleagueInvitation
from reseller_console.accounts.models.roles import Role
from reseller_console.accounts.models.sign_in_attempts import SignInAttempt
from reseller_console.accounts.models.users import User, UserQuerySet

__all__ = [
    "AccessAttempt",
    "AttemptKind",
    "ColleagueInvitation",
    "Erasure",
    "Event",
    "Role",
    "SignInAttempt",
    "TeamEvent",
    "User",
    "UserQuerySet",
]
