"""Amazon SES and Resend, which sends through it.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html (bounce and complaint types);
*Transient, General* is what SES makes of most "out of the office" answers
(https://repost.aws/knowledge-center/ses-understand-soft-bounces).
"""

from __future__ import annotations

from collections.abc import Iterator

from notifications.tracking.provider_words.common import (
    COMPLAINT,
    HARD,
    LISTED,
    NOTHING,
    REFUSED,
    SOFT,
    STATUSES,
    TRANSIENT,
    Table,
    Told,
    status_in,
)

_BOUNCES: Table = {
    "Permanent, Suppressed": LISTED,
    "Permanent, OnAccountSuppressionList": LISTED,
    "Permanent, UnsubscribedRecipient": LISTED,
    "Permanent, NoEmail": HARD,
    "Permanent, General": HARD,
    "Transient, General": TRANSIENT,
    "Transient, MailboxFull": SOFT,
    "Transient, MessageTooLarge": REFUSED,
    "Transient, ContentRejected": REFUSED,
    "Transient, AttachmentRejected": REFUSED,
    "Transient": SOFT,
    "Undetermined": SOFT,
}
# What the receiving server said of a bounce that SES only calls permanent.
_REFINED: Table = {word: reason for word, reason in STATUSES.items() if word != "status 4"}
TABLE: Table = {
    **_BOUNCES,
    **_REFINED,
    "complaint: OnAccountSuppressionList": LISTED,
    "complaint: not-spam": NOTHING,
    "complaint": COMPLAINT,
}
RESEND: Table = {
    **_BOUNCES,
    "email.failed": REFUSED,
    "email.suppressed": LISTED,
    "suppressed sending": LISTED,
    "hard bounce": HARD,
    "general bounce": TRANSIENT,
}


def words(told: Told) -> Iterator[str]:
    """Yield what SES calls a bounce or a complaint."""
    if "complaint" in told:
        complaint = told["complaint"]
        yield f"complaint: {complaint.get('complaintSubType')}"
        yield f"complaint: {complaint.get('complaintFeedbackType')}"
        yield "complaint"
        return
    kind = _kind(told["bounce"]["bounceType"], told["bounce"].get("bounceSubType"))
    if kind[0] == "Permanent, General":
        recipients = told["bounce"].get("bouncedRecipients") or []
        yield from status_in(*(one.get("diagnosticCode") for one in recipients))
    yield from kind


def resend(told: Told) -> Iterator[str]:
    """Yield what Resend calls it; of a bounce, the words of SES."""
    yield str(told["type"])
    bounce = told["data"]["bounce"]
    # Without a type, the sentence tells.
    if not bounce.get("type") or "suppressed sending" in str(bounce.get("message")):
        yield from (word for word in _SENTENCES if word in str(bounce.get("message")))
    yield from _kind(bounce.get("type"), bounce.get("subType"))
    # Resend sent no subtype at first.
    if bounce.get("type") == "Permanent" and not bounce.get("subType"):
        yield "Permanent, General"


_SENTENCES = ("suppressed sending", "hard bounce", "general bounce")


def _kind(kind: object, subtype: object) -> tuple[str, str]:
    return f"{kind}, {subtype}", str(kind)
