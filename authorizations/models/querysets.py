"""Questions about purchase authorizations, by name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.db.models.expressions import Combinable

from authorizations.models.orders import OrderLine
from authorizations.rules.status import Status, rules
from reseller_console.lib.clock import TodayIn
from reseller_console.lib.lists import Key, read_id, read_instant, standing_before

if TYPE_CHECKING:
    from reseller_console.accounts.models import User


class AuthorizationQuerySet(models.QuerySet):
    """Purchase authorizations; begin with `of(user)` wherever a person asks."""

    def of(self, user: User) -> AuthorizationQuerySet:
        """Those of the person's own reseller; none for anyone else."""
        return self.filter(reseller_id=user.reseller_id) if user.reseller_id else self.none()

    def on(self, today: dt.date | Combinable) -> AuthorizationQuerySet:
        """Judge `status` on `today` instead of on each reseller's own today."""
        kept = OrderLine.objects.kept().filter(authorization=OuterRef("pk"))
        return self.alias(is_returned=~Exists(kept)).annotate(status=rules(today).expression())

    def unresolved(self) -> AuthorizationQuerySet:
        """Neither ordered nor cancelled, for any day."""
        return self.filter(order__isnull=True, cancelled_at__isnull=True)

    def open(self) -> AuthorizationQuerySet:
        """Pending, Overdue or Suspended: an order is awaited."""
        return self.unresolved().filter(status__in=Status.OPEN)

    def past_due(self) -> AuthorizationQuerySet:
        """Overdue or Suspended: the customer gets no new PA."""
        return self.unresolved().filter(status__in=Status.PAST_DUE)


_Manager = models.Manager.from_queryset(AuthorizationQuerySet)


class AuthorizationManager(_Manager):
    """Annotates every PA with its `status` on its reseller's today."""

    def get_queryset(self) -> AuthorizationQuerySet:
        """Return PAs with `status`."""
        rows: AuthorizationQuerySet = AuthorizationQuerySet(self.model, using=self._db)
        return rows.on(TodayIn("reseller__time_zone"))


# The order of a queue, as keys to page by.
QUEUE_KEYS = [
    Key("stands_at", F("stands_at"), read_instant),
    Key("id", F("id"), read_id),
]


class AssignmentQuerySet(models.QuerySet):
    """Licenses in people's hands."""

    def held(self) -> AssignmentQuerySet:
        """Those no one has ended."""
        return self.filter(ended_at__isnull=True)

    def in_queue(self) -> AssignmentQuerySet:
        """In the order in which they work: those at the end lose first."""
        return self.order_by("stands_at", "id")

    def reverse_queue(self) -> AssignmentQuerySet:
        """Those who lose first, first."""
        return self.order_by("-stands_at", "-id")

    def with_people(self) -> AssignmentQuerySet:
        """With person, product, and the customer's reseller and program, by the same query."""
        return self.select_related("person", "product", "customer__reseller__program")

    def before(self, place: tuple[dt.datetime, int] | None) -> AssignmentQuerySet:
        """Those before a place in the queue; all of them for none."""
        if place is None:
            return self
        return self.filter(standing_before(QUEUE_KEYS, place))
