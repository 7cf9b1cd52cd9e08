"""Accounts by noun: people, roles, invitations, calendar feeds, what happened, sign-in tries."""

from reseller_console.accounts.models.attempts import AccessAttempt, AttemptKind
from reseller_console.accounts.models.calendar_feeds import CalendarFeed
from reseller_console.accounts.models.erasures import Erasure
from reseller_console.accounts.models.events import Event, TeamEvent
from reseller_console.accounts.models.invitations import ColleagueInvitation
from reseller_console.accounts.models.roles import Role
from reseller_console.accounts.models.sign_in_attempts import SignInAttempt
from reseller_console.accounts.models.users import User, UserQuerySet

__all__ = [
    "AccessAttempt",
    "AttemptKind",
    "CalendarFeed",
    "ColleagueInvitation",
    "Erasure",
    "Event",
    "Role",
    "SignInAttempt",
    "TeamEvent",
    "User",
    "UserQuerySet",
]
