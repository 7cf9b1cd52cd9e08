"""Why an email came back, in words for the person who waits for an answer to it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """What the mail provider, or the recipient, has against an email; the mildest first.

    Of several reports on one email the worst one stands, in whatever order they come.
    """

    # Also what an automatic answer looks like to some providers: an arrival outweighs it.
    TRANSIENT = "transient", _("Not delivered at once")
    SOFT_BOUNCE = "soft-bounce", _("Mailbox not reachable")
    REFUSED = "refused", _("Refused by the mail provider")
    SUPPRESSED = "suppressed", _("Blocked by the mail provider")
    HARD_BOUNCE = "hard-bounce", _("Mailbox unknown")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    COMPLAINT = "complaint", _("Marked as spam")

    @property
    def meaning(self) -> str:
        """Return what happened, in a sentence."""
        return str(_MEANINGS[self])

    @property
    def suppresses(self) -> bool:
        """Return whether nothing more is sent to the address until ops clear it."""
        return self not in _PASSING

    def is_worse_than(self, other: str) -> bool:
        """Return whether this weighs more than another reason; `other` "" is none."""
        return not other or _WEIGHTS[self] > _WEIGHTS[Reason(other)]


_WEIGHTS = {reason: weight for weight, reason in enumerate(Reason)}
_MEANINGS = {
    Reason.TRANSIENT: _("The recipient's mail server did not take the email this time."),
    Reason.SOFT_BOUNCE: _("The mailbox could not take the email this time; it may be full."),
    Reason.REFUSED: _("This email was not accepted; others to the same address may be."),
    Reason.SUPPRESSED: _(
        "The mail provider has this address on its own list and sends nothing to it. Ops remove"
        " it from that list at the provider, clear it here, and send again."
    ),
    Reason.HARD_BOUNCE: _("The recipient's mail server says that there is no such mailbox."),
    Reason.UNSUBSCRIBED: _("The recipient wants no more emails from us."),
    Reason.COMPLAINT: _("The recipient has marked an email from us as spam."),
}
# They say something about this email, or about today, and nothing about the address.
_PASSING = frozenset({Reason.TRANSIENT, Reason.SOFT_BOUNCE, Reason.REFUSED})
