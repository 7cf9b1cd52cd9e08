"""Change what a colleague may do, and hand over the primary admin's role."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from reseller_console.accounts.actions.lock import lock_team, locked_colleague, record
from reseller_console.accounts.activity import TeamKind
from reseller_console.accounts.models import Role, User
from reseller_console.lib.refusals import ActionRefused


def change_role(colleague: User, *, role: str, by: User) -> User:
    """Give a colleague another role; no one changes their own, the primary admin's is handed over.

    Raises ActionRefused with code "not_admin", "role", "oneself", "primary" or "deactivated".
    """
    with transaction.atomic():
        colleague, actor = locked_colleague(colleague, by=by)
        if role not in Role.INVITED:
            raise ActionRefused(_("Choose one of the roles."), field="role", code="role")
        refuse_oneself_and_primary(colleague, by=actor)
        if not colleague.is_active:
            raise ActionRefused(
                _("%(name)s is deactivated. Reactivate the account first.") % {"name": colleague},
                code="deactivated",
            )
        if colleague.role == role:
            return colleague
        old, colleague.role = Role(colleague.role).label, role
        colleague.save(update_fields=["role"])
        record(
            colleague,
            TeamKind.ROLE_CHANGED,
            by=actor,
            old=str(old),
            new=str(Role(role).label),
        )
    return colleague


def refuse_oneself_and_primary(colleague: User, *, by: User) -> None:
    """Raise ActionRefused when a person changes their own account, or the primary admin's."""
    if colleague.pk == by.pk:
        raise ActionRefused(
            _("You cannot change your own account. Ask another admin."), code="oneself"
        )
    if colleague.role == Role.PRIMARY:
        raise ActionRefused(
            _("%(name)s is the primary admin and has to hand over the role first.")
            % {"name": colleague},
            code="primary",
        )


def hand_over(colleague: User, *, by: User) -> User:
    """Make a colleague the primary admin; who had the role stays on as an admin.

    Only the primary admin, or ops, may. Raises ActionRefused with code "not_admin",
    "not_primary", "oneself" or "not_active".
    """
    with transaction.atomic():
        actor = lock_team(colleague.reseller, by=by)
        colleague = User.objects.joined().filter(pk=colleague.pk).first() or _not_active(colleague)
        primary = User.objects.filter(reseller=colleague.reseller, role=Role.PRIMARY).first()
        if not actor.is_superuser and (primary is None or primary.pk != actor.pk):
            raise ActionRefused(
                _("Only the primary admin can hand over the role."), code="not_primary"
            )
        if primary is not None:
            if primary.pk == colleague.pk:
                raise ActionRefused(
                    _("%(name)s is the primary admin already.") % {"name": colleague},
                    field="colleague",
                    code="oneself",
                )
            # One after the other: the constraint allows one primary admin at any moment.
            primary.role = Role.ADMIN
            primary.save(update_fields=["role"])
        colleague.role = Role.PRIMARY
        colleague.save(update_fields=["role"])
        record(colleague, TeamKind.HANDED_OVER, by=actor)
    return colleague


def _not_active(colleague: User) -> User:
    raise ActionRefused(
        _("%(name)s has to join, or to be reactivated, first.") % {"name": colleague},
        field="colleague",
        code="not_active",
    )
