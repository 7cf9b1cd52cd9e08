"""Providers with few words: Brevo, MailerSend, Mailtrap, Mandrill, Postal, Unisender Go."""

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
    UNSUBSCRIBED,
    Table,
    Told,
    each_means,
    status_in,
)


def brevo(told: Told) -> Iterator[str]:
    """Yield Brevo's event: https://developers.brevo.com/docs/transactional-webhooks."""
    yield str(told["event"])


BREVO: Table = {
    **each_means(HARD, "hard_bounce", "invalid_email"),
    "soft_bounce": SOFT,
    # Brevo sends nothing to an address on its blocklist.
    "blocked": LISTED,
    "error": REFUSED,
    **each_means(COMPLAINT, "spam", "complaint"),
    **each_means(UNSUBSCRIBED, "unsubscribe", "unsubscribed"),
    "deferred": NOTHING,
}


def mailersend(told: Told) -> Iterator[str]:
    """Yield MailerSend's activity: https://developers.mailersend.com/api/v1/webhooks.html."""
    kind = str(told["data"]["type"])
    if kind == "hard_bounced":
        more = told["data"].get("morph") or {}
        yield from status_in(more.get("reason"), more.get("readable_reason"))
    yield kind


MAILERSEND: Table = {**STATUSES, "hard_bounced": HARD, "soft_bounced": SOFT}


def mailtrap(told: Told) -> Iterator[str]:
    """Yield Mailtrap's event: https://docs.mailtrap.io/email-api-smtp/advanced/webhooks."""
    event = str(told["event"])
    if event == "bounce":
        yield f"bounce: {str(told.get('bounce_category') or '').replace('-', '').lower()}"
        yield from status_in(told.get("response"))
    if event == "reject" and "suppress" in str(told.get("reason")).lower():
        yield "reject: suppressed"
    yield event


MAILTRAP: Table = {
    **each_means(REFUSED, "bounce: spam", "bounce: spamrelated", "bounce: policyrelated"),
    **each_means(HARD, "bounce: badmailbox", "bounce: baddomain", "bounce: inactivemailbox"),
    "bounce: quotaissues": SOFT,
    **STATUSES,
    "bounce": HARD,
    "reject: suppressed": LISTED,
    "reject": REFUSED,
}


def mandrill(told: Told) -> Iterator[str]:
    """Yield Mandrill's event: https://mailchimp.com/developer/transactional/docs/webhooks/."""
    event, message = str(told["event"]), told["msg"]
    if event == "hard_bounce":
        yield from status_in(message.get("diag"))
    if event == "reject":
        rejected = message.get("reject")
        reason = rejected.get("reason") if isinstance(rejected, dict) else rejected
        yield f"reject: {reason}"
    yield event


MANDRILL: Table = {
    **STATUSES,
    "hard_bounce": HARD,
    "soft_bounce": SOFT,
    **each_means(LISTED, *(f"reject: {w}" for w in ("hard-bounce", "soft-bounce", "spam"))),
    **each_means(LISTED, "reject: unsub", "reject: custom"),
    "reject": REFUSED,
}


def postal(told: Told) -> Iterator[str]:
    """Yield Postal's status: https://docs.postalserver.io/developer/webhooks."""
    payload = told["payload"]
    if "suppression list" in str(payload.get("details")).lower():
        yield "suppressed"
    if payload.get("status") == "HardFail":
        yield from status_in(payload.get("output"), payload.get("details"))


# A failure for good without a code is anybody's; one held is on Postal's own list.
POSTAL: Table = {**STATUSES, "suppressed": LISTED}


def unisender_go(told: Told) -> Iterator[str]:
    """Yield Unisender Go's status: https://godocs.unisender.ru/email-statuses."""
    yield str((told.get("delivery_info") or {}).get("delivery_status"))


UNISENDER_GO: Table = {
    **each_means(HARD, "err_user_unknown", "err_user_inactive", "err_domain_inactive"),
    **each_means(SOFT, "err_mailbox_full", "err_delivery_failed", "err_lost"),
    **each_means(SOFT, "err_mailbox_discarded", "err_destination_misconfigured"),
    **each_means(REFUSED, "err_spam_rejected", "err_spam_skipped", "err_too_large"),
    **each_means(REFUSED, "err_blacklisted", "err_skip_letter"),
    **each_means(LISTED, "err_unsubscribed", "err_unreachable"),
    "err_will_retry": NOTHING,
}
