"""Why an email came back, in words for the person who waits for an answer to it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """What the mail provider, or the recipient, has against an email."""

    HARD_BOUNCE = "hard-bounce", _("Mailbox unknown")
    SOFT_BOUNCE = "soft-bounce", _("Mailbox not reachable")
    COMPLAINT = "complaint", _("Marked as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    SUPPRESSED = "suppressed", _("Blocked by the mail provider")
    REFUSED = "refused", _("Refused by the mail provider")

    @property
    def meaning(self) -> str:
        """Return what happened, in a sentence."""
        return str(_MEANINGS[self])

    @property
    def suppresses(self) -> bool:
        """Return whether nothing more is sent to the address until ops clear it."""
        return self not in _PASSING


_MEANINGS = {
    Reason.HARD_BOUNCE: _("The recipient's mail server says that there is no such mailbox."),
    Reason.SOFT_BOUNCE: _("The mailbox could not take the email this time; it may be full."),
    Reason.COMPLAINT: _("The recipient has marked an email from us as spam."),
    Reason.UNSUBSCRIBED: _("The recipient wants no more emails from us."),
    Reason.SUPPRESSED: _("The mail provider sends nothing to this address any more."),
    Reason.REFUSED: _("The mail provider did not accept the email."),
}
# They say something about this email, or about today, and nothing about the address.
_PASSING = frozenset({Reason.SOFT_BOUNCE, Reason.REFUSED})
