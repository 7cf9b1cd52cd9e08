"""Postmark: https://postmarkapp.com/developer/api/bounce-api#bounce-types.

`Inactive` says that Postmark itself sends nothing more to the address.
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
    UNSUBSCRIBED,
    Table,
    Told,
    each_means,
)


def words(told: Told) -> Iterator[str]:
    """Yield what Postmark calls it."""
    if told["RecordType"] == "SubscriptionChange":
        if told.get("SuppressSending") is False:
            yield "Subscribe"
        yield f"stopped: {told['SuppressionReason']}, {told.get('Origin')}"
        yield f"stopped: {told['SuppressionReason']}"
    elif told.get("Inactive") is True and told["Type"] in _OF_THIS_EMAIL:
        yield "Inactive"
    else:
        yield str(told["Type"])


_OF_THIS_EMAIL = {"SoftBounce", "Unknown", "Blocked", "SpamNotification", "DMARCPolicy"}
TABLE: Table = {
    **each_means(HARD, "HardBounce", "BadEmailAddress"),
    **each_means(SOFT, "SoftBounce", "Unknown"),
    **each_means(REFUSED, "Blocked", "SpamNotification", "VirusNotification", "DMARCPolicy"),
    **each_means(REFUSED, "SMTPApiError", "TemplateRenderingFailed", "Unconfirmed"),
    **each_means(LISTED, "Inactive", "ManuallyDeactivated"),
    **each_means(COMPLAINT, "SpamComplaint"),
    **each_means(UNSUBSCRIBED, "Unsubscribe"),
    **each_means(NOTHING, "AutoResponder", "AddressChange", "ChallengeVerification"),
    **each_means(NOTHING, "Transient", "DnsError", "OpenRelayTest", "Subscribe", "InboundError"),
    "stopped: HardBounce": HARD,
    "stopped: SpamComplaint": COMPLAINT,
    "stopped: ManualSuppression, Recipient": UNSUBSCRIBED,
    "stopped: ManualSuppression": LISTED,
}
