"""What became of the email that invites a further admin, and what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.models import AdminInvitation
from notifications.delivery import CAME_BACK, Delivery
from notifications.tracking.reasons import Reason

# No one has got these, or wants another; of an unknown one no one knows.
_CAME_BACK = CAME_BACK | {Delivery.SKIPPED, Delivery.UNKNOWN}


@dataclass(frozen=True)
class EmailState:
    """The state of one invitation's email; `is_closed` while nothing is sent to its address."""

    delivery: Delivery
    reason: str
    is_closed: bool

    @property
    def came_back(self) -> bool:
        """Whether a person has to do something before the invited person can follow the link."""
        return self.delivery in _CAME_BACK

    @property
    def why(self) -> str:
        """What happened to an email that came back, in a sentence."""
        return Reason(self.reason).meaning if self.reason else self.delivery.meaning

    @property
    def to_admins(self) -> str:
        """What an admin of the customer does about an email that came back."""
        if self.is_closed:
            return _(
                "Nothing more is sent to this address. If it is wrong, withdraw this invitation"
                " and invite the right one; if it is right, ask your reseller to have it cleared."
            )
        if self.delivery is Delivery.UNKNOWN:
            return _("Ask whether it has come; if not, resend it.")
        return _("Check the address. If it is right, resend the email; if not, invite another.")


def email_state(invitation: AdminInvitation) -> EmailState | None:
    """Return the state of an invitation from `open_invitations_of`; None without an email."""
    if invitation.email is None:
        return None
    return EmailState(
        Delivery(invitation.delivery),
        invitation.email.return_reason,
        invitation.is_closed,
    )
