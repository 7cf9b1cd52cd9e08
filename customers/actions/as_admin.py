"""The frame of what VIP admins do themselves: asked under the lock whether they still are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from customers.actions.frame import Work, acting_on
from customers.admins.memberships import is_admin_of
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


@contextmanager
def acting_as_admin(customer: Customer, *, by: User, day: Day) -> Iterator[Work]:
    """Be `acting_on` for one of the customer's admins; raises ActionRefused "not_admin" for others.

    Of two admins who remove each other the second one is none any more.
    """
    with acting_on([customer], by=by, day=day) as work:
        if not is_admin_of(by, work.customer):
            raise ActionRefused(
                _("You are no longer a VIP admin of %(name)s.") % {"name": work.customer.name},
                code="not_admin",
            )
        yield work
