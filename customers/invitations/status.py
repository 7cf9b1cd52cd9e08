"""The status of a customer's invitation: one ordered list of rules over stored facts."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, CharField, Q, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _


class InvitationStatus(TextChoices):
    """How far the contact has come."""

    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> str:
        """Return the tone of the badge."""
        return {"invited": "info", "accepted": "good", "expired": "warn"}.get(self.value, "quiet")

    @property
    def meaning(self) -> str:
        """Return what the status means and what to do about it."""
        return str(_MEANINGS[self])


_MEANINGS = {
    InvitationStatus.INVITED: _("The invitation is out; the contact has not accepted yet."),
    InvitationStatus.ACCEPTED: _("The contact has accepted the VIP terms."),
    InvitationStatus.EXPIRED: _("The link no longer works. Resend the invitation."),
    InvitationStatus.WITHDRAWN: _("The invitation was taken back. Resend it to revive it."),
}


# The email did not reach the contact, and nothing has been done about it yet.
CAME_BACK = Q(invitation_bounced_at__isnull=False, withdrawn_at__isnull=True)


def invitation_status(today: dt.date | object) -> Case:
    """Return the status as SQL, on a date or on a date expression."""
    return Case(
        When(withdrawn_at__isnull=False, then=Value(InvitationStatus.WITHDRAWN)),
        When(accepted_at__isnull=False, then=Value(InvitationStatus.ACCEPTED)),
        When(Q(invitation_expires_on__lt=today), then=Value(InvitationStatus.EXPIRED)),
        default=Value(InvitationStatus.INVITED),
        output_field=CharField(choices=InvitationStatus.choices),
    )
