"""Questions about customers, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from customers.anniversary import ShownAnniversary, closes_days_today, has_moved
from customers.invitations.status import CAME_BACK, invitation_status
from customers.standing import Filter
from reseller_console.lib.clock import TodayIn
from reseller_console.tenancy.models import Day, days_of_resellers

if TYPE_CHECKING:
    from reseller_console.accounts.models import User


def standing_today(entry: Filter) -> Q:
    """Return the condition of a filter for customers of any reseller, each on its own today."""
    condition = Q(pk__in=[])
    for day, resellers in days_of_resellers():
        condition |= Q(reseller__in=resellers) & entry.when(day)
    return condition


class CustomerQuerySet(models.QuerySet):
    """Customers; begin with `of(user)` wherever a person asks."""

    def of(self, user: User) -> CustomerQuerySet:
        """Customers of the person's own reseller; none for anyone else."""
        return self.filter(reseller_id=user.reseller_id) if user.reseller_id else self.none()

    def managed_by_user(self, user: User) -> CustomerQuerySet:
        """Customers the person manages."""
        return self.filter(managed_by=user)

    def standing(self, entry: Filter, day: Day) -> CustomerQuerySet:
        """Customers in a filter of the left rail on that day."""
        return self.filter(entry.when(day))

    def shown_on(self, day: Day) -> CustomerQuerySet:
        """Annotate what lists show: `anniversary` and `invitation_state` on that day."""
        return self.annotate(
            anniversary=ShownAnniversary(day.today, day.terms.renewal_closes_days),
            invitation_state=invitation_status(day.today),
        )

    def shown_today(self) -> CustomerQuerySet:
        """The same for customers of several resellers, each on its own reseller's today."""
        today = TodayIn("reseller__time_zone")
        closes = closes_days_today(program="reseller__program", time_zone="reseller__time_zone")
        return self.annotate(
            anniversary=ShownAnniversary(today, closes), invitation_state=invitation_status(today)
        )

    def standing_today(self, entry: Filter) -> CustomerQuerySet:
        """Customers of any reseller in a filter, each on its own reseller's today."""
        return self.filter(standing_today(entry))

    def came_back(self) -> CustomerQuerySet:
        """Customers whose invitation email did not reach the contact."""
        return self.filter(CAME_BACK)

    def with_unwritten_move(self, day: Day) -> CustomerQuerySet:
        """Customers whose anniversary date has moved on without being written down yet."""
        return self.filter(has_moved(day))


class InvitationQuerySet(models.QuerySet):
    """Invitation links."""

    def in_force(self) -> InvitationQuerySet:
        """The newest link of each customer."""
        return self.filter(superseded_at__isnull=True)


class AdminInvitationQuerySet(models.QuerySet):
    """Links to further admins."""

    def in_force(self) -> AdminInvitationQuerySet:
        """The newest link of each invited person, neither used nor withdrawn."""
        return self.filter(
            superseded_at__isnull=True, used_at__isnull=True, withdrawn_at__isnull=True
        )


class MembershipQuerySet(models.QuerySet):
    """Who is VIP admin of what."""

    def active(self) -> MembershipQuerySet:
        """Those not ended, of people whose account is not deactivated."""
        return self.filter(removed_at__isnull=True, user__deactivated_at__isnull=True)

    def of(self, user: User) -> MembershipQuerySet:
        """The person's own."""
        return self.active().filter(user=user)
