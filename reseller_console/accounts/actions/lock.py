"""The lock every verb about a team takes: one change of a reseller's team at a time."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reseller_console.accounts.models import TeamEvent, User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Reseller


def lock_team(reseller: Reseller | None, *, by: User) -> User:
    """Lock the team until the transaction ends; return `by` as that account is now.

    Two admins who demote each other come one after the other, and the second is not an
    admin any more. Raises ActionRefused with code "not_admin" for anyone who may not run
    this team (now), ops excepted. `reseller` is None for ops accounts.
    """
    if reseller is not None:
        Reseller.objects.select_for_update(no_key=True).get(pk=reseller.pk)
    actor = User.objects.get(pk=by.pk)
    own = reseller is not None and actor.reseller_id == reseller.pk and actor.may_run_team
    if not actor.is_active or not (own or actor.is_superuser):
        raise ActionRefused(_("Only an admin of this team can change it."), code="not_admin")
    return actor


def locked_colleague(colleague: User, *, by: User) -> tuple[User, User]:
    """Lock the colleague's team; return the colleague and `by` as they are now.

    Raises ActionRefused as `lock_team` does.
    """
    actor = lock_team(colleague.reseller, by=by)
    return User.objects.select_related("reseller").get(pk=colleague.pk), actor


def record(colleague: User, kind: str, *, by: User | None, **details: object) -> None:
    """Write down what happened to a colleague; ops accounts have no team to tell."""
    if colleague.reseller_id is not None:
        TeamEvent.objects.create(
            reseller_id=colleague.reseller_id,
            colleague=colleague,
            by=by,
            kind=kind,
            details={"email": colleague.email, **details},
        )
