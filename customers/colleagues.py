"""The colleagues of a reseller: who they are, and who can manage customers."""

from __future__ import annotations

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from customers.models import StandingTally
from reseller_console.accounts.models import Role, TeamEvent, User, UserQuerySet
from reseller_console.lib.lists import Key, Paging, Section, SectionPage, read_id

EVENTS = 50
_EVENT_KEYS = [Key("id", F("id"), read_id)]


def managers_at(reseller_id: int | None) -> UserQuerySet:
    """Return a reseller's active colleagues who may change customers, by name."""
    team = User.objects.filter(reseller_id=reseller_id or 0)
    return team.filter(is_active=True, role__in=Role.WRITERS).order_by("name", "email")


def team_of(user: User) -> UserQuerySet:
    """Return the person's colleagues, with `membership` and how many customers each manages.

    `managed` is added up from the tally that the left rail's counts come from.
    """
    tally = StandingTally.objects.filter(
        reseller_id=user.reseller_id or 0, manager_id=OuterRef("pk"), fact="invited_on"
    )
    sums = tally.values("manager_id").annotate(total=Sum("number")).values("total")
    managed = Coalesce(Subquery(sums), 0, output_field=IntegerField())
    colleagues = User.objects.of(user).with_membership()
    return colleagues.annotate(managed=managed).select_related("reseller")


def team_events(user: User, *, after: str = "") -> SectionPage[TeamEvent]:
    """Return a page of what happened to the team, newest first; `after` is a cursor."""
    events = TeamEvent.objects.filter(reseller_id=user.reseller_id or 0).select_related("by")
    paging = Paging(Section(after), _EVENT_KEYS, "team", descending=True)
    return SectionPage(*paging.read(events, EVENTS))
