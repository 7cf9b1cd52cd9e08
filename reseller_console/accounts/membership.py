"""Where a colleague stands: one ordered list of rules over stored instants."""

from __future__ import annotations

from django.db.models import Case, CharField, Q, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _


class Membership(TextChoices):
    """What the team page says about an account."""

    ACTIVE = "active", _("Active")
    PENDING = "pending", _("Pending")
    DEACTIVATED = "deactivated", _("Deactivated")

    @property
    def tone(self) -> str:
        """Return the tone of the badge."""
        return {"active": "good", "pending": "info"}.get(self.value, "quiet")

    @property
    def meaning(self) -> str:
        """Return what it means, in words."""
        return str(_MEANINGS[self])


_MEANINGS = {
    Membership.ACTIVE: _("Can sign in."),
    Membership.PENDING: _("Was invited and has not chosen a password yet."),
    Membership.DEACTIVATED: _("Cannot sign in; nothing of the work is lost."),
}

# First rule that holds wins.
RULES = (
    (Membership.DEACTIVATED, Q(deactivated_at__isnull=False)),
    (Membership.PENDING, Q(invited_at__isnull=False, joined_at__isnull=True)),
)


def membership_expression() -> Case:
    """Return it as SQL; Active where no rule holds."""
    return Case(
        *(When(condition, then=Value(state)) for state, condition in RULES),
        default=Value(Membership.ACTIVE),
        output_field=CharField(choices=Membership.choices),
    )
