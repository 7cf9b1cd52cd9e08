"""Sending what waits in the outbox.

Any number of senders may run at once. Each claims some emails, writes them, hands them to
the provider from a few threads, outside any transaction, and settles each by its outcome.
The threads only talk to the provider; the database is this thread's.
"""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from django.conf import settings

from notifications import rendering
from notifications.models import Email
from notifications.secret_links import SecretLinkGone
from notifications.sending import claims, provider
from notifications.sending.outcomes import Kind, Outcome
from notifications.sending.provider import Handover
from notifications.tracking import suppressions

BATCH = 64
# After so many troubles in a row the provider is left alone until the next wake-up.
TROUBLES_IN_A_ROW = 8

log = structlog.get_logger(__name__)


def send_waiting(*, seconds: float = 5.0) -> bool:
    """Send the emails that are due; return whether time ran out before they were all tried.

    Stops after about `seconds`, so that a worker that is asked to stop can.
    """
    with claims.alone_if(bool(settings.MAIL_PER_SECOND)) as may_work:
        return may_work and _Sender(until=time.monotonic() + seconds).run()


class _Sender:
    """One run over the outbox."""

    def __init__(self, *, until: float) -> None:
        self.until = until
        self.remembers: dt.timedelta = provider.remembers_keys_for()
        self.parallel: int = settings.MAIL_PARALLEL
        self.pause = 1 / settings.MAIL_PER_SECOND if settings.MAIL_PER_SECOND else 0.0
        # At a set pace a lease must not run out while an email waits for its turn.
        self.batch = 1 if self.pause else BATCH
        self.troubles = 0
        self.running: dict[Future[Outcome], Email] = {}

    def run(self) -> bool:
        """Claim and send until nothing is left, time is up or the provider is in trouble."""
        claims.doubt_abandoned(remembers=self.remembers)
        more = True
        with ThreadPoolExecutor(self.parallel, thread_name_prefix="mail") as pool:
            while more and self.may_go_on():
                batch = claims.claim(limit=self.batch, remembers=self.remembers)
                more = bool(batch)
                for email in batch:
                    self.start(email, pool)
            self.collect(keep=0)
        return more and self.troubles < TROUBLES_IN_A_ROW

    def may_go_on(self) -> bool:
        """Return whether there is time left and a provider that answers."""
        return time.monotonic() < self.until and self.troubles < TROUBLES_IN_A_ROW

    def start(self, email: Email, pool: ThreadPoolExecutor) -> None:
        """Begin to hand over one claimed email, or give it back when it is no use now."""
        self.collect(keep=self.parallel - 1)
        if not self.may_go_on():
            claims.release(email)
            return
        written = self.write(email)
        if written is None:
            return
        rendered, handover = written
        if claims.begin_hand_over(email, rendered):
            self.running[pool.submit(provider.hand_over, handover)] = email
            time.sleep(self.pause)
        elif suppression := claims.skip_suppressed(email):
            log.info("email skipped", **_ids(email), why=suppressions.in_words(suppression))

    def write(self, email: Email) -> tuple[rendering.Rendered, Handover] | None:
        """Return the email as it is stored and as it goes out; None when it cannot be sent."""
        try:
            rendered = rendering.written(email)
            filled = rendering.with_secret_links(rendered, email)
            secrets = rendering.secret_addresses(email)
            return rendered, Handover(provider.message_for(email, filled), secrets)
        except SecretLinkGone as gone:
            self.settle(email, Outcome(Kind.SKIPPED, str(gone)))
        except Exception as error:
            log.exception("email cannot be written", **_ids(email))
            reason = f"{type(error).__name__}: {error}"[: provider.REASON_LENGTH]
            self.settle(email, Outcome(Kind.FAILED, reason))
        return None

    def collect(self, *, keep: int) -> None:
        """Settle emails whose hand-over has ended, until at most `keep` are on their way."""
        while len(self.running) > keep:
            done, _ = wait(self.running, return_when=FIRST_COMPLETED)
            for future in done:
                email, outcome = self.running.pop(future), future.result()
                self.troubles = self.troubles + 1 if outcome.trouble else 0
                self.settle(email, outcome)

    def settle(self, email: Email, outcome: Outcome) -> None:
        """Write the outcome down, and say in the log what ops should know.

        The provider's own words, which may repeat names, stay in the outbox.
        """
        settled = claims.settle(email, outcome, remembers=self.remembers)
        if outcome.kind is not Kind.SENT:
            log.warning("email not sent", **_ids(email), outcome=outcome.kind.value)
        elif not settled:
            log.warning("email was sent after somebody else had decided", **_ids(email))


def _ids(email: Email) -> dict[str, object]:
    return {"email_id": email.pk, "reseller_id": email.reseller_id}
