"""The delivery state of an email: one ordered list of rules over stored instants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from notifications.models import Email


class Delivery(models.TextChoices):
    """What became of an email, as far as we know."""

    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    OPENED = "opened", _("Opened")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Marked as spam")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    SKIPPED = "skipped", _("Skipped")

    @property
    def tone(self) -> str:
        """Return the tone of the badge."""
        return _TONES[self]

    @property
    def meaning(self) -> str:
        """Return what the state means to the person who waits for the email."""
        return str(_MEANINGS[self])


_TONES = {
    Delivery.QUEUED: "quiet",
    Delivery.SENT: "info",
    Delivery.DELIVERED: "good",
    Delivery.OPENED: "good",
    Delivery.BOUNCED: "bad",
    Delivery.COMPLAINED: "bad",
    Delivery.FAILED: "bad",
    Delivery.UNKNOWN: "warn",
    Delivery.SKIPPED: "quiet",
}

_MEANINGS = {
    Delivery.QUEUED: _("Waiting to be handed to the mail provider."),
    Delivery.SENT: _("The mail provider has taken it."),
    Delivery.DELIVERED: _("The recipient's mail server has taken it."),
    Delivery.OPENED: _("The recipient has opened it."),
    Delivery.BOUNCED: _("The recipient's mail server has sent it back."),
    Delivery.COMPLAINED: _("The recipient has marked it as spam."),
    Delivery.FAILED: _("The mail provider refuses it."),
    Delivery.UNKNOWN: _("The connection broke while it was sent; it may have arrived."),
    Delivery.SKIPPED: _("It was not owed any more, or somebody decided not to send it."),
}

# First rule that holds wins. A bounce can follow a delivery, never the other way round.
RULES: list[tuple[Delivery, Q]] = [
    (Delivery.COMPLAINED, Q(complained_at__isnull=False)),
    (Delivery.BOUNCED, Q(bounced_at__isnull=False)),
    (Delivery.OPENED, Q(opened_at__isnull=False)),
    (Delivery.DELIVERED, Q(delivered_at__isnull=False)),
    # The provider had taken it and refused it later.
    (Delivery.FAILED, Q(refused_at__isnull=False)),
    (Delivery.SENT, Q(sent_at__isnull=False)),
    (Delivery.SKIPPED, Q(skipped_at__isnull=False)),
    (Delivery.FAILED, Q(failed_at__isnull=False)),
    (Delivery.UNKNOWN, Q(unknown_at__isnull=False)),
]


# An email with none of these still has to be sent.
OUTCOMES = ("sent_at", "failed_at", "unknown_at", "skipped_at")
UNDECIDED = Q(**{f"{outcome}__isnull": True for outcome in OUTCOMES})


def _prefixed(rule: Q, prefix: str) -> Q:
    return Q(*((f"{prefix}{name}", value) for name, value in rule.children))  # type: ignore[misc]


def delivery_expression(prefix: str = "") -> Case:
    """Return the delivery state as SQL, for emails reached through `prefix` (`email__`)."""
    return Case(
        *(When(_prefixed(rule, prefix), then=Value(state)) for state, rule in RULES),
        default=Value(Delivery.QUEUED),
        output_field=models.CharField(choices=Delivery.choices),
    )


class EmailQuerySet(models.QuerySet):
    """Emails by what is to be done with them."""

    def with_delivery(self) -> EmailQuerySet:
        """Annotate each email's delivery state as `delivery`."""
        return self.annotate(delivery=delivery_expression())

    def undecided(self) -> EmailQuerySet:
        """Emails that still have to be sent."""
        return self.filter(UNDECIDED)

    def newest_first(self) -> EmailQuerySet:
        """Emails in the order of the mailbox."""
        return self.order_by("-queued_at", "-id")

    def older_than(self, email: Email) -> EmailQuerySet:
        """Emails after `email` in the order of the mailbox."""
        return self.filter(queued_at__lte=email.queued_at).exclude(
            queued_at=email.queued_at, id__gte=email.pk
        )

    def newer_than(self, email: Email) -> EmailQuerySet:
        """Emails before `email` in the order of the mailbox."""
        return self.filter(queued_at__gte=email.queued_at).exclude(
            queued_at=email.queued_at, id__lte=email.pk
        )

    def mentioning(self, words: str) -> EmailQuerySet:
        """Emails with `words` in the recipient, the subject or the facts they are written from."""
        return self.alias(facts=Cast("context", models.TextField())).filter(
            Q(to_address__icontains=words)
            | Q(to_name__icontains=words)
            | Q(subject__icontains=words)
            | Q(about__icontains=words)
            | Q(facts__icontains=words)
        )
