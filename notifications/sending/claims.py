"""Who sends which email: claims with a lease, and what is written down afterwards.

All instants are the database's, so that hosts with wrong clocks cannot take each other's
emails. A claim that is not settled ends with its lease. Before an email goes to the
provider `handed_over_at` is set: an expired claim with it may have been delivered, one
without it has not.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Case, Exists, F, Q, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from notifications.delivery import OUTCOMES, UNDECIDED, EmailQuerySet
from notifications.models import Email, Suppression
from notifications.rendering import Rendered
from notifications.sending.outcomes import Kind, Outcome
from notifications.tracking import reports as tracking
from notifications.tracking import returns, suppressions
from notifications.tracking.reasons import Reason
from reseller_console.lib import locks

LEASE = dt.timedelta(seconds=60)
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 60 * 60
# Far beyond a sender's round: who holds the pace for so long without a word is gone.
PACED_SECONDS = 300
# The provider's trouble ends for all emails at once; then they should not wait for long.
LONGEST_WAIT_IN_TROUBLE_SECONDS = 5 * 60
GIVE_UP_AFTER_ATTEMPTS = 40

_UNDECIDED = " AND ".join(f"email.{outcome} IS NULL" for outcome in OUTCOMES)
_UNLEASED = "(email.leased_until_at IS NULL OR email.leased_until_at < statement_timestamp())"
_LOCK = "FOR UPDATE OF email SKIP LOCKED"
# May it be given to the provider without the danger of a second delivery?
_HARMLESS = (
    "(email.handed_over_at IS NULL OR email.handed_over_at > statement_timestamp() - %(remembers)s)"
)
# Each tenant's oldest emails are numbered; all first ones go before any second one. The inner
# query reads a few entries of one index for each tenant; the outer one goes by primary key
# (the other spelling of "undecided" keeps it off that index). Neither leaves the planner a
# choice: what it knows of this table is old whenever many emails have just been queued.
_CLAIM = """
WITH turns AS (
    SELECT mine.id, mine.not_before_at,
        row_number() OVER (PARTITION BY tenant.id ORDER BY mine.not_before_at, mine.id) AS turn
    FROM (SELECT id FROM tenancy_reseller UNION ALL SELECT 0) tenant
    CROSS JOIN LATERAL (
        SELECT email.id, email.not_before_at FROM notifications_email email
        WHERE coalesce(email.reseller_id, 0) = tenant.id AND {undecided}
            AND email.not_before_at <= statement_timestamp() AND {unleased} AND {harmless}
        ORDER BY email.not_before_at, email.id LIMIT %(share)s
    ) mine
), chosen AS (
    SELECT email.id FROM notifications_email email
    WHERE email.id = ANY (ARRAY(
            SELECT id FROM turns ORDER BY turn, not_before_at, id LIMIT %(limit)s
        ))
        AND num_nonnulls({outcomes}) = 0 AND {unleased}
    {lock}
)
UPDATE notifications_email SET lease = %(lease)s, attempts = attempts + 1,
    leased_until_at = statement_timestamp() + %(length)s
WHERE id = ANY (ARRAY(SELECT id FROM chosen))
RETURNING id
"""
# The most emails of one tenant in one claim: it bounds what a claim reads.
SHARE = 16


@transaction.atomic
def claim(*, limit: int, remembers: dt.timedelta) -> list[Email]:
    """Claim up to `limit` emails that are due, tenant by tenant in turn, oldest first.

    `remembers` is how long the provider knows an email again (`provider.remembers_keys_for`).
    """
    lease = uuid.uuid4()
    outcomes = ", ".join(f"email.{outcome}" for outcome in OUTCOMES)
    sql = _CLAIM.format(
        undecided=_UNDECIDED,
        unleased=_UNLEASED,
        harmless=_HARMLESS,
        outcomes=outcomes,
        lock=_LOCK,
    )
    values = {
        "limit": limit,
        "share": SHARE,
        "lease": lease,
        "length": LEASE,
        "remembers": remembers,
    }
    # One claim at a time, each a few milliseconds: two that look at the same moment would
    # find the same emails, and the second go away with nothing.
    locks.wait_for("claim of emails")
    with connection.cursor() as cursor:
        cursor.execute(sql, values)  # type: ignore[arg-type]
        ids = [row[0] for row in cursor.fetchall()]
    return list(Email.objects.filter(pk__in=ids, lease=lease).order_by("not_before_at", "pk"))


def doubt_abandoned(*, remembers: dt.timedelta) -> int:
    """Settle as unknown what was handed over by somebody who never came back.

    Not where the provider would still know the email again. The lease stays on the row, so
    that a very slow sender can still say that it was sent.
    """
    forgotten = Q(handed_over_at__lte=Now() - remembers)
    abandoned = Q(leased_until_at__lt=Now()) | Q(leased_until_at__isnull=True)
    return Email.objects.filter(UNDECIDED, forgotten, abandoned).update(
        unknown_at=Now(), leased_until_at=None, last_error="The sender never came back."
    )


def begin_hand_over(email: Email, rendered: Rendered) -> bool:
    """Write down that the email goes to the provider now, and with which words.

    Return False when the claim is lost (the lease ran out, or somebody skipped the email),
    and when nothing is sent to its address any more: both are asked in the statement itself,
    so that nobody can suppress the address in between.
    """
    suppressed = Exists(suppressions.in_force(email.reseller_id, email.to_address))
    return bool(
        Email.objects.filter(
            UNDECIDED, ~suppressed, pk=email.pk, lease=email.lease, leased_until_at__gt=Now()
        ).update(
            handed_over_at=Coalesce(F("handed_over_at"), Now()),
            leased_until_at=Now() + LEASE,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
        )
    )


@transaction.atomic
def skip_suppressed(email: Email) -> Suppression | None:
    """Settle a claimed email whose address is suppressed; None when that is not the reason."""
    suppression = suppressions.in_force(email.reseller_id, email.to_address).first()
    if suppression is None:
        return None
    mine = Email.objects.filter(UNDECIDED, pk=email.pk, lease=email.lease)
    if mine.update(
        skipped_at=Now(),
        lease=None,
        leased_until_at=None,
        return_reason=suppression.reason,
        last_error=suppressions.in_words(suppression),
    ):
        email.refresh_from_db()
        returns.tell(email, at=timezone.now())
    return suppression


def release(email: Email) -> None:
    """Give a claimed email back untried."""
    Email.objects.filter(UNDECIDED, pk=email.pk, lease=email.lease).update(
        lease=None, leased_until_at=None, attempts=F("attempts") - 1
    )


def settle(email: Email, outcome: Outcome, *, remembers: dt.timedelta) -> bool:
    """Write down what became of an attempt; return False when somebody else has decided."""
    mine = Email.objects.filter(pk=email.pk, lease=email.lease)
    done = {"lease": None, "leased_until_at": None, "last_error": outcome.reason}
    if outcome.kind is Kind.SENT:
        # A late answer settles what was given up as unknown.
        answered = mine.filter(UNDECIDED | Q(unknown_at__isnull=False))
        sent = done | {"sent_at": Now(), "unknown_at": None, "provider_id": outcome.provider_id}
        with tracking.naming(outcome.provider_id):
            return bool(answered.update(**sent))
    undecided = mine.filter(UNDECIDED)
    unsure = outcome.kind is Kind.UNKNOWN
    if outcome.kind is Kind.LATER or (unsure and remembers):
        if not outcome.trouble and email.attempts >= GIVE_UP_AFTER_ATTEMPTS:
            end = "unknown_at" if unsure else "failed_at"
            return bool(undecided.update(**done, **{end: Now()}))
        again = done | {"not_before_at": Now() + wait_after(email.attempts, outcome)}
        # Only a clear answer proves that the provider does not have it.
        return bool(undecided.update(**again if unsure else again | {"handed_over_at": None}))
    if outcome.kind is Kind.FAILED:
        because = Reason.SUPPRESSED if outcome.is_listed else Reason.REFUSED
        return _fail(email, undecided, done, because)
    return bool(undecided.update(**done, **{f"{outcome.kind.value}_at": Now()}))


@transaction.atomic
def _fail(
    email: Email, undecided: EmailQuerySet, done: Mapping[str, object], because: Reason
) -> bool:
    """Settle an email that cannot be sent, and tell whoever waits for an answer to it."""
    handed_over = When(handed_over_at__isnull=False, then=Value(because))
    reason = Case(handed_over, default=Value(""))
    if not undecided.update(**done, failed_at=Now(), return_reason=reason):
        return False
    email.refresh_from_db()
    if because.suppresses:
        suppressions.suppress(email, reason=because, words=email.last_error, at=timezone.now())
    returns.tell(email, at=timezone.now())
    return True


def wait_after(attempts: int, outcome: Outcome) -> dt.timedelta:
    """Return how long to wait after so many attempts: doubling, or as the provider asks."""
    longest = LONGEST_WAIT_IN_TROUBLE_SECONDS if outcome.trouble else LONGEST_WAIT_SECONDS
    doubling = FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 12)
    return dt.timedelta(seconds=max(outcome.wait_seconds or 0, min(doubling, longest)))


@contextmanager
def alone_if(paced: bool) -> Iterator[bool]:
    """Let one sender work at a time when a pace is set, so that the pace is everybody's.

    Yields whether the caller may work.
    """
    if not paced:
        yield True
        return
    with locks.held("pace of sending", seconds=PACED_SECONDS) as ours:
        yield bool(ours)
