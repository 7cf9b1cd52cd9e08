"""The mail provider, what it tells afterwards, and what ops decide about addresses and emails."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from notifications.actions import clear_suppression, send_again
from notifications.models import Email, Suppression
from notifications.sending import sender
from notifications.tracking import reports as tracking
from tests.machine.players import Players, which
from tests.machine.post_office import MOODS, provider_name

# What a report says: its kind, the mark it leaves on the email, what it holds against it.
REPORTS = {
    "delivered": (EventType.DELIVERED, "delivered", ""),
    "opened": (EventType.OPENED, "opened", ""),
    "clicked": (EventType.CLICKED, "opened", ""),
    "deferred": (EventType.DEFERRED, "", ""),
    "bounced": (EventType.BOUNCED, "bounced", "dead"),
    "bounced_softly": (EventType.BOUNCED, "bounced", "soft"),
    "complained": (EventType.COMPLAINED, "complained", "complaint"),
    "unsubscribed": (EventType.UNSUBSCRIBED, "", "unsubscribed"),
    "rejected": (EventType.REJECTED, "refused", "refused"),
    "listed": (EventType.UNKNOWN, "refused", "listed"),
}
# The mildest first; the last four forbid the address.
_GRAVITY = ("", "soft", "refused", "listed", "dead", "unsubscribed", "complaint")
_FORBIDS = _GRAVITY[3:]
_BASE = {"takes": "sent", "refuses": "failed", "busy": "queued", "down": "queued"}
_SENDABLE_AGAIN = ("failed", "unknown", "bounced", "blocked", "skipped")
moods = st.lists(st.sampled_from(MOODS), max_size=5)
_INVITATIONS = ("customer_invited", "admin_invited")


@dataclass
class Rendered:
    """A row of the outbox: whether it left, and what was reported of it."""

    pk: int
    kind: str
    tenant: int | None
    address: str
    name: str
    base: str = "queued"
    named: bool = False
    marks: dict[str, dt.datetime] = field(default_factory=dict)
    worst: str = ""

    @property
    def goes_to(self) -> tuple[int | None, str]:
        """The address, as suppressions know it."""
        return self.tenant, self.address.casefold()

    @property
    def delivery(self) -> str:
        """Return what became of it."""
        if "complained" in self.marks:
            return "complained"
        if self.worst == "listed" and self._stands("refused"):
            return "blocked"
        if "bounced" in self.marks and (self.worst == "dead" or self._stands("bounced")):
            return "bounced"
        if self._stands("refused"):
            return "failed"
        arrived = next((mark for mark in ("opened", "delivered") if mark in self.marks), None)
        return arrived or self.base

    def _stands(self, mark: str) -> bool:
        """Whether something that can pass came, and no arrival after it."""
        if mark not in self.marks or "opened" in self.marks:
            return False
        return self.marks[mark] >= self.marks.get("delivered", self.marks[mark])

    def note(self, mark: str, against: str, at: dt.datetime) -> None:
        """Join one report with what is known."""
        if mark:
            choose = max if mark in ("bounced", "refused") else min
            self.marks[mark] = choose(self.marks.get(mark, at), at)
            self.worst = max(self.worst, against, key=_GRAVITY.index)


@dataclass(frozen=True)
class Report:
    """One event the provider tells of."""

    number: int
    about: str
    what: str
    at: dt.datetime

    def event(self) -> AnymailTrackingEvent:
        """Return it as anymail hands it over."""
        kind, _mark, _against = REPORTS[self.what]
        soft = "Transient" if self.what == "bounced_softly" else "Permanent"
        return AnymailTrackingEvent(
            event_type=kind,
            event_id=f"event-{self.number}",
            message_id=self.about,
            timestamp=self.at,
            esp_event={"type": "email", "data": {"bounce": {"type": soft}}}
            if self.what.startswith("bounced")
            else {"type": "email.suppressed" if self.what == "listed" else "email", "data": {}},
        )


class Mail(Players):
    """Send, report, suppress, clear, send again."""

    def __init__(self) -> None:
        super().__init__()
        self.emails: dict[int, Rendered] = {}
        self.reports: list[Report] = []
        self.waiting: dict[str, list[Report]] = defaultdict(list)
        self.cleared: dict[tuple[int | None, str], dt.datetime] = {}

    @initialize(knows_keys=st.booleans())
    def open_book(self, knows_keys):
        """Choose a provider that knows emails again, or one that does not."""
        self.world.open_book(knows_keys=knows_keys)

    @rule(moods=moods)
    def send(self, moods):
        """The sender works while the provider is in some mood for each email, then in a good one.

        All waiting for the hour is over.
        """
        self._make_due()
        post = self.world.post
        post.moods, post.answers = list(moods), {}
        sender.send_waiting()
        for row, mood in post.answers.items():
            email = self.emails[row]
            unsure = "queued" if post.knows_keys else "unknown"
            email.base = _BASE.get(mood, unsure)
        for row in post.answers:
            email = self.emails[row]
            if email.base == "sent":
                email.named = True
                self._apply(email)

    def _make_due(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE notifications_email SET not_before_at = now() - interval '1 minute',"
                " leased_until_at = NULL"
                " WHERE num_nonnulls(sent_at, failed_at, unknown_at, skipped_at) = 0"
            )

    @precondition(lambda self: self.emails)
    @rule(
        n=st.integers(0, 60),
        what=st.sampled_from(sorted(REPORTS)),
        minutes=st.integers(0, 90),
        kind=st.integers(0, 7),
    )
    def report(self, n, what, minutes, kind):
        """The provider tells something: of an email, of one nobody knows, or once more."""
        if kind == 0 and self.reports:
            assert not tracking.take("resend", self.reports[n % len(self.reports)].event())
            return
        emails = list(self.emails.values())
        email = emails[-1 - n % len(emails)]
        about = email.name if kind > 1 else f"<unknown-{n}@127.0.0.1>"
        at = timezone.now() - dt.timedelta(minutes=minutes)
        report = Report(len(self.reports), about, what, at)
        self.reports.append(report)
        self.waiting[about].append(report)
        assert tracking.take("resend", report.event())
        if email.named and about == email.name:
            self._apply(email)

    def _apply(self, email: Rendered) -> None:
        """Let the reports that wait for an email count."""
        waiting = sorted(self.waiting.pop(email.name, []), key=lambda report: report.at)
        for report in waiting:
            _kind, mark, against = REPORTS[report.what]
            email.note(mark, against, report.at)
            cleared_at = self.cleared.get(email.goes_to)
            if against in _FORBIDS and (cleared_at is None or cleared_at < report.at):
                self.world.post.suppressed.add(email.goes_to)

    @precondition(lambda self: self.world.post.suppressed or self.cleared)
    @rule(n=which)
    def clear(self, n):
        """Ops let emails go to an address again, or try to do it twice."""
        rows = list(Suppression.objects.order_by("pk"))
        row = rows[-1 - n % len(rows)]
        expect = None if row.cleared_at is None else "cleared"
        done = self.world.act(clear_suppression, row, by=self.world.ops, expect=expect)
        if done:
            goes_to = (row.reseller_id, row.address_key)
            self.world.post.suppressed.remove(goes_to)
            self.cleared[goes_to] = done.cleared_at

    @precondition(lambda self: self.emails)
    @rule(n=st.integers(0, 60))
    def send_once_more(self, n):
        """Ops put an email that did not arrive into the queue again."""
        emails = list(self.emails.values())
        stranded = [one for one in emails if one.delivery in _SENDABLE_AGAIN]
        emails = stranded if stranded and n % 3 else emails
        email = emails[n % len(emails)]
        expect = None if email.delivery in _SENDABLE_AGAIN else "state"
        if expect is None and email.goes_to in self.world.post.suppressed:
            expect = "suppressed"
        row = Email.objects.get(pk=email.pk)
        done = self.world.act(send_again, row, by=self.world.ops, expect=expect)
        if done:
            email.base, email.named, email.marks, email.worst = "queued", False, {}, ""
            email.name = provider_name(done)

    def check_emails(self) -> list[Email]:
        """Compare what became of every email with what was to; return the new ones."""
        new = self.note_emails()
        rows = Email.objects.with_delivery().values_list("pk", "delivery")
        for pk, delivery in rows:
            email = self.emails[pk]
            if delivery in ("skipped", "blocked") and email.base == "queued":
                # Its link died before it was sent, or its address takes no emails.
                forbidden = email.goes_to in self.world.post.suppressed
                assert forbidden or (email.kind in _INVITATIONS and delivery == "skipped"), email
                email.base = delivery
            assert delivery == email.delivery, email
        post = self.world.post
        assert not post.forbidden, f"sent to a suppressed address: {post.forbidden}"
        twice = {key: number for key, number in post.taken.items() if number > 1}
        assert not twice, f"taken twice: {twice}"
        in_force = Suppression.objects.filter(cleared_at__isnull=True)
        assert set(in_force.values_list("reseller_id", "address_key")) == post.suppressed
        return new

    def note_emails(self) -> list[Email]:
        """Take down the emails that have been queued since; return them."""
        newest = max(self.emails, default=0)
        new = list(Email.objects.filter(pk__gt=newest).order_by("pk"))
        for row in new:
            self.emails[row.pk] = Rendered(
                row.pk, row.template, row.reseller_id, row.to_address, provider_name(row)
            )
        return new
