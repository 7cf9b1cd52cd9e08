"""Questions about people, by name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone

from reseller_console.accounts.membership import RULES, Membership
from reseller_console.accounts.roles import Role

if TYPE_CHECKING:
    from reseller_console.accounts.models import User


class UserQuerySet(models.QuerySet):
    """People; begin with `of(user)` wherever a colleague asks."""

    def of(self, user: User) -> UserQuerySet:
        """The colleagues of the person's own reseller; none for anybody else."""
        return self.filter(reseller_id=user.reseller_id) if user.reseller_id else self.none()

    def with_address(self, email: str) -> UserQuerySet:
        """Whoever has this email address, whatever its case: one person or none."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(email.strip())))

    def with_membership(self) -> UserQuerySet:
        """Annotate `membership`: Active, Pending or Deactivated."""
        return self.annotate(membership=RULES.expression())

    def active(self) -> UserQuerySet:
        """Those whose account is not deactivated."""
        return self.filter(deactivated_at__isnull=True)

    def joined(self) -> UserQuerySet:
        """Those who can sign in: neither deactivated nor waiting to join."""
        return self.with_membership().filter(membership=Membership.ACTIVE)

    def waiting_to_join(self) -> UserQuerySet:
        """Those who were invited, have not joined and still may."""
        return self.with_membership().filter(membership=Membership.PENDING)

    def primary_first(self) -> UserQuerySet:
        """The primary admin, then everybody by name, else by address."""
        first = Case(When(role=Role.PRIMARY, then=0), default=1)
        shown = Coalesce(NullIf("name", Value("")), "email")
        return self.order_by(first, Lower(shown), "pk")


class ColleagueInvitationQuerySet(models.QuerySet):
    """Links of invited colleagues."""

    def in_force(self) -> ColleagueInvitationQuerySet:
        """The newest link of each colleague."""
        return self.filter(superseded_at__isnull=True)

    def sent_within(self, span: dt.timedelta) -> ColleagueInvitationQuerySet:
        """Links that were sent during the last `span`."""
        return self.filter(sent_at__gt=timezone.now() - span)


class SignInAttemptQuerySet(models.QuerySet):
    """Tries to sign in."""

    def failed_within(self, minutes: int) -> SignInAttemptQuerySet:
        """Tries of the last `minutes` that did not succeed."""
        since = timezone.now() - dt.timedelta(minutes=minutes)
        return self.filter(succeeded_at__isnull=True, at__gt=since)

    def accounts(self) -> int:
        """Return on how many accounts these were tried."""
        return self.aggregate(count=models.Count(F("account"), distinct=True))["count"]
