"""Let a person go, or only look on: their customers go to a successor in the same moment."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.manager import change_manager
from customers.models import Customer
from reseller_console.accounts.actions import leave, roles
from reseller_console.accounts.actions.lock import locked_colleague, record
from reseller_console.accounts.activity import TeamKind
from reseller_console.accounts.models import Role, User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


def deactivate(
    colleague: User, *, successor: User | None = None, by: User, day: Day | None
) -> User:
    """Close a colleague's account; anyone who manages customers needs a successor for them.

    `day` is that of the colleague's reseller; None for ops, who manage no one. Raises
    ActionRefused with code "successor" (field successor), with those of
    `accounts.actions.leave.deactivate`, and with those of `change_manager`.
    """
    with transaction.atomic():
        colleague, actor = locked_colleague(colleague, by=by)
        colleague = leave.deactivate(colleague, by=actor)
        if day is not None:
            _give_customers_away(colleague, to=successor, by=actor, day=day)
    return colleague


def change_role(
    colleague: User, *, role: str, successor: User | None = None, by: User, day: Day
) -> User:
    """Give a colleague another role; a viewer manages no customers, so a successor does.

    Raises ActionRefused with code "successor" (field successor), with those of
    `accounts.actions.roles.change_role`, and with those of `change_manager`.
    """
    with transaction.atomic():
        colleague, actor = locked_colleague(colleague, by=by)
        colleague = roles.change_role(colleague, role=role, by=actor)
        if role not in Role.WRITERS:
            _give_customers_away(colleague, to=successor, by=actor, day=day)
    return colleague


def _give_customers_away(colleague: User, *, to: User | None, by: User, day: Day) -> None:
    customers = list(
        Customer.objects.managed_by_user(colleague).select_related("reseller").order_by("pk")
    )
    if not customers:
        return
    if to is None or to.pk == colleague.pk:
        raise ActionRefused(
            _("Choose who manages the customers of %(name)s from now on.") % {"name": colleague},
            field="successor",
            code="successor",
        )
    moved = change_manager(customers, to=to, by=by, day=day)
    kind = TeamKind.CUSTOMERS_MOVED
    record(colleague, kind, by=by, successor=str(to), count=len(moved))
