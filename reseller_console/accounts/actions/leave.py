"""Deactivate and reactivate accounts; their customers are `customers.actions.team`'s matter."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reseller_console.accounts.actions.lock import locked_colleague, record
from reseller_console.accounts.actions.roles import refuse_oneself_and_primary
from reseller_console.accounts.activity import TeamKind
from reseller_console.accounts.models import CalendarFeed, User
from reseller_console.lib.refusals import ActionRefused


def deactivate(colleague: User, *, by: User) -> User:
    """Close an account: its owner is signed out at the next click, and links to it are dead.

    A calendar feed goes with it: whoever comes back creates another one.

    Raises ActionRefused with code "not_admin", "oneself", "primary" or "deactivated".
    """
    with transaction.atomic():
        colleague, actor = locked_colleague(colleague, by=by)
        refuse_oneself_and_primary(colleague, by=actor)
        if not colleague.is_active:
            raise ActionRefused(
                _("%(name)s is deactivated already.") % {"name": colleague}, code="deactivated"
            )
        colleague.deactivated_at = timezone.now()
        colleague.save(update_fields=["deactivated_at"])
        CalendarFeed.objects.of(colleague).delete()
        record(colleague, TeamKind.DEACTIVATED, by=actor)
    return colleague


def reactivate(colleague: User, *, by: User) -> User:
    """Open a closed account again, with the role it had; a password is kept.

    Raises ActionRefused with code "not_admin" or "active".
    """
    with transaction.atomic():
        colleague, actor = locked_colleague(colleague, by=by)
        if colleague.is_active:
            raise ActionRefused(
                _("%(name)s is not deactivated.") % {"name": colleague}, code="active"
            )
        colleague.deactivated_at = None
        colleague.save(update_fields=["deactivated_at"])
        record(colleague, TeamKind.REACTIVATED, by=actor)
    return colleague
