"""What the link in an invitation leads to, and who may ask how often."""

from __future__ import annotations

from django.core.cache import cache

from customers.links import token_hash
from customers.models import Invitation

# A secret has 256 bits; the throttle keeps noise away rather than luck.
MOST_MISSES = 30
MISSES_KEPT_SECONDS = 10 * 60


def invitation_to_accept(token: str) -> Invitation | None:
    """Return the invitation a link's secret belongs to, while it can be accepted.

    None for a secret nobody has, and alike for one that expired, was withdrawn, replaced
    by a newer link or accepted: the answer must not tell which.
    """
    invitations = Invitation.objects.in_force().select_related(
        "customer__reseller", "customer__invited_by", "sent_by"
    )
    invitation = invitations.filter(
        token_hash=token_hash(token),
        customer__accepted_at__isnull=True,
        customer__withdrawn_at__isnull=True,
    ).first()
    if invitation is None or invitation.expires_on < invitation.customer.today():
        return None
    return invitation


def is_throttled(address: str) -> bool:
    """Whether this network address has tried too many links that lead nowhere."""
    return int(cache.get(_key(address), 0)) >= MOST_MISSES


def count_miss(address: str) -> None:
    """Remember that this network address tried a link that leads nowhere."""
    cache.set(_key(address), int(cache.get(_key(address), 0)) + 1, MISSES_KEPT_SECONDS)


def _key(address: str) -> str:
    return f"invitation-misses:{address}"
