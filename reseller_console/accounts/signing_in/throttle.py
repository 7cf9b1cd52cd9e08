"""How often a person may try to sign in.

Every failed try counts four ways, and a try that would be one too many is refused before
the password is looked at, with the same words whether or not the account exists. Counting
accounts and not tries per network is what lets an honest person in while a person behind
the same address guesses at another account. Where an account has been signed in to lately,
the walls against strangers do not stand in its way.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reseller_console.accounts.models import SignInAttempt
from reseller_console.lib import locks
from reseller_console.lib.tokens import secret


@dataclass(frozen=True)
class Limit:
    """At most `most` within `minutes`."""

    most: int
    minutes: int


# Failed tries on one account from one network.
PAIR = Limit(5, 5)
# Failed tries on one account from anywhere, for networks where it is not known.
ACCOUNT = Limit(20, 60)
# Accounts that one network failed at, for accounts that are not known there.
NETWORK = Limit(20, 10)
# Accounts at which one password failed, from anywhere.
PASSWORD = Limit(5, 10)
KNOWN_DAYS = 30


class TooManyAttempts(Exception):
    """The try was refused without looking at the password."""


def begin(*, email: str, password: str, address: str) -> SignInAttempt:
    """Count a try as failed before it is made, and return it for `succeeded`.

    `address` is where it comes from. Raises TooManyAttempts; a refused try is not counted,
    so that a wall comes down automatically. Tries that arrive together count one after another.
    """
    attempt = SignInAttempt(
        account=_account(email),
        network=network_of(address),
        password=secret("sign-in-password", password)[:6],
    )
    with transaction.atomic():
        _queue_up(attempt)
        if _is_one_too_many(attempt):
            raise TooManyAttempts
        attempt.save(force_insert=True)
    return attempt


def succeeded(attempt: SignInAttempt) -> None:
    """Take the failure back: the password was right."""
    attempt.succeeded_at = timezone.now()
    attempt.save(update_fields=["succeeded_at"])


def forget(email: str) -> None:
    """Drop what counts against an account: its owner has just proved who they are."""
    SignInAttempt.objects.filter(account=_account(email), succeeded_at__isnull=True).delete()


def older(before: dt.datetime) -> QuerySet[SignInAttempt]:
    """Return the tries from before an instant."""
    return SignInAttempt.objects.filter(at__lt=before)


def network_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the /64 an IPv6 address is in."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(ip), 64), strict=False))
    return str(ip)


def _account(email: str) -> str:
    return secret("sign-in-account", email.strip().lower())[:32]


def _queue_up(attempt: SignInAttempt) -> None:
    """Wait for other tries on this account, from this network or with this password."""
    keys = sorted(f"sign-in {k}" for k in (attempt.account, attempt.network, attempt.password))
    for key in keys:
        locks.wait_for(key)


def _is_one_too_many(attempt: SignInAttempt) -> bool:
    tries = SignInAttempt.objects
    on_account = tries.filter(account=attempt.account)
    here = on_account.filter(network=attempt.network)
    if here.failed_within(PAIR.minutes).count() >= PAIR.most:
        return True
    others = tries.exclude(account=attempt.account)
    with_password = others.filter(password=attempt.password)
    if with_password.failed_within(PASSWORD.minutes).accounts() >= PASSWORD.most:
        return True
    since = timezone.now() - dt.timedelta(days=KNOWN_DAYS)
    if here.filter(succeeded_at__gt=since).exists():
        return False
    if on_account.failed_within(ACCOUNT.minutes).count() >= ACCOUNT.most:
        return True
    from_network = others.filter(network=attempt.network)
    return from_network.failed_within(NETWORK.minutes).accounts() >= NETWORK.most
