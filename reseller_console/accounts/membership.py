"""Where a colleague stands: one ordered list of rules over stored instants."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reseller_console.lib.states import Rules, StateChoices


class Membership(StateChoices):
    """What the team page says about an account."""

    ACTIVE = "active", "good", _("Can sign in."), _("Active")
    PENDING = (
        "pending",
        "info",
        _("Was invited and has not chosen a password yet."),
        _("Pending"),
    )
    DEACTIVATED = (
        "deactivated",
        "quiet",
        _("Cannot sign in; none of their work is lost."),
        _("Deactivated"),
    )


RULES = Rules(
    [
        (Membership.DEACTIVATED, Q(deactivated_at__isnull=False)),
        (Membership.PENDING, Q(invited_at__isnull=False, joined_at__isnull=True)),
    ],
    otherwise=Membership.ACTIVE,
)
