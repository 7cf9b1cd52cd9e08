"""Addresses nothing more is sent to: who gets on the list, and who asks about it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet

from notifications.models import Email, Suppression
from notifications.tracking.reasons import Reason
from reseller_console.lib.addresses import address_key
from reseller_console.tenancy.models import Reseller

# What stands against an address until ops clear it.
_IN_FORCE = Q(cleared_at__isnull=True)


def in_force(reseller: Reseller | int | None, address: str) -> QuerySet[Suppression]:
    """Return what stands against an address in a tenant: one row at most.

    `reseller` None stands for emails about accounts that belong to no reseller.
    """
    return _of(reseller, address).filter(_IN_FORCE)


def suppressed(*, reseller: str, address_key: str) -> Exists:
    """Return `in_force` as SQL, for rows with a tenant and an address's comparison key."""
    key = OuterRef(address_key)
    named = Q(address_key=key) | Q(address_key=_Digest(key))
    rows = Suppression.objects.filter(named, reseller=OuterRef(reseller))
    return Exists(rows.filter(_IN_FORCE))


def suppress(email: Email, *, reason: Reason, words: str, at: dt.datetime) -> None:
    """Send nothing more to the email's address, for what happened at an instant.

    Of two reasons the worse one stands. Changes nothing when ops have cleared the address since:
    a late report does not bring back what has been dealt with.
    """
    former = _of(email.reseller_id, email.to_address)
    if former.filter(cleared_at__gte=at).exists():
        return
    row = Suppression(
        reseller_id=email.reseller_id,
        address=email.to_address,
        address_key=address_key(email.to_address),
        reason=reason,
        words=words,
        since_at=at,
        email=email,
    )
    Suppression.objects.bulk_create([row], ignore_conflicts=True)
    milder = [other for other in Reason if reason.is_worse_than(other)]
    former.filter(_IN_FORCE, reason__in=milder).update(reason=reason, words=words)


def digest_of(key: str) -> str:
    """Return what is left of the comparison key of an address whose owner was erased."""
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


class _Digest(Func):
    """The same in SQL."""

    template = "'sha256:' || encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


def keep_digest(address: str, *, placeholder: str) -> int:
    """Let rows forget an address and still hold; return how many there are, of any tenant."""
    key = address_key(address)
    rows = Suppression.objects.filter(address_key=key)
    return rows.update(address=placeholder, address_key=digest_of(key))


def in_words(suppression: Suppression) -> str:
    """Return why an email to the address is not sent, for the email's own record."""
    reason = Reason(suppression.reason).label
    return f"The address is suppressed since {suppression.since_at:%Y-%m-%d}: {reason}."


def _of(reseller: Reseller | int | None, address: str) -> QuerySet[Suppression]:
    key = address_key(address)
    rows = Suppression.objects.filter(address_key__in=[key, digest_of(key)])
    # Spelled out: "reseller = NULL" is never true.
    if reseller is None:
        return rows.filter(reseller__isnull=True)
    return rows.filter(reseller=reseller)


def closed_among(reseller: Reseller, addresses: Iterable[str]) -> set[str]:
    """Return the addresses to which nothing is sent in a tenant, with one query."""
    keys = {address: address_key(address) for address in addresses}
    wanted = {*keys.values(), *map(digest_of, keys.values())}
    rows = Suppression.objects.filter(_IN_FORCE, reseller=reseller, address_key__in=wanted)
    closed = set(rows.values_list("address_key", flat=True))
    return {address for address, key in keys.items() if {key, digest_of(key)} & closed}
