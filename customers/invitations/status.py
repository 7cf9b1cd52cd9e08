"""The status of a customer's invitation: one ordered list of rules over stored facts."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from reseller_console.lib.states import Rules, StateChoices


class InvitationStatus(StateChoices):
    """Status of the contact's invitation."""

    INVITED = (
        "invited",
        "info",
        _("The invitation is out; the contact has not accepted yet."),
        _("Invited"),
    )
    ACCEPTED = (
        "accepted",
        "good",
        _("The contact has accepted the VIP terms."),
        _("Accepted"),
    )
    EXPIRED = (
        "expired",
        "warn",
        _("The link no longer works. Resend the invitation."),
        _("Expired"),
    )
    WITHDRAWN = (
        "withdrawn",
        "quiet",
        _("The invitation was withdrawn. Resend it to reactivate the customer."),
        _("Withdrawn"),
    )


# The email did not reach the contact, and nothing has been done about it yet.
CAME_BACK = Q(invitation_bounced_at__isnull=False, withdrawn_at__isnull=True)


def rules(today: dt.date | Combinable) -> Rules[InvitationStatus]:
    """Return the rules on a day; `today` is a date, or a date expression judged row by row."""
    return Rules(
        [
            (InvitationStatus.WITHDRAWN, Q(withdrawn_at__isnull=False)),
            (InvitationStatus.ACCEPTED, Q(accepted_at__isnull=False)),
            (InvitationStatus.EXPIRED, Q(invitation_expires_on__lt=today)),
        ],
        otherwise=InvitationStatus.INVITED,
    )


def invitation_status(today: dt.date | Combinable) -> Case:
    """Return the status as SQL, on a date or on a date expression."""
    return rules(today).expression()
