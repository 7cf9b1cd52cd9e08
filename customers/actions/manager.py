"""Change who manages customers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from customers.actions.frame import acting_on
from customers.models import Customer, CustomerKind
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


def change_manager(
    customers: Sequence[Customer], *, to: User, by: User, day: Day
) -> list[Customer]:
    """Let `to` manage the customers, all of one reseller; return those that changed hands.

    Raises ActionRefused with code "not_admin" when `by` may not, and "not_a_manager" when
    `to` is no active colleague who may change customers.
    """
    if not customers:
        return []
    reseller = customers[0].reseller
    if not by.may_run_team and not by.is_superuser:
        raise ActionRefused(_("Only an admin can change who manages a customer."), code="not_admin")
    if to.reseller_id != reseller.pk or not to.is_active or not to.may_write:
        raise ActionRefused(
            _("%(name)s cannot manage customers.") % {"name": to},
            field="to",
            code="not_a_manager",
        )
    with acting_on(customers, by=by, day=day) as work:
        changing = [row for row in work.customers if row.managed_by_id != to.pk]
        names = dict(
            User.objects.filter(pk__in={row.managed_by_id for row in changing}).values_list(
                "pk", "name"
            )
        )
        for row in changing:
            old = names[row.managed_by_id]
            work.event(row, CustomerKind.MANAGER_CHANGED, old=old, new=to.name)
        Customer.objects.filter(pk__in=[row.pk for row in changing]).update(managed_by=to)
    return changing
