"""The delivery state of an email: one ordered list of rules over stored instants."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from reseller_console.lib.states import Rules, StateChoices


class Delivery(StateChoices):
    """What became of an email, as far as we know."""

    QUEUED = (
        "queued",
        "quiet",
        _("Waiting to be handed to the mail provider."),
        _("Queued"),
    )
    SENT = (
        "sent",
        "info",
        _("The mail provider has taken it."),
        _("Sent"),
    )
    DELIVERED = (
        "delivered",
        "good",
        _("The recipient's mail server has taken it."),
        _("Delivered"),
    )
    OPENED = (
        "opened",
        "good",
        _("The recipient has opened it."),
        _("Opened"),
    )
    BOUNCED = (
        "bounced",
        "bad",
        _("The recipient's mail server has sent it back."),
        _("Bounced"),
    )
    COMPLAINED = (
        "complained",
        "bad",
        _("The recipient has marked it as spam."),
        _("Marked as spam"),
    )
    FAILED = (
        "failed",
        "bad",
        _("The mail provider refuses it."),
        _("Failed"),
    )
    UNKNOWN = (
        "unknown",
        "warn",
        _("The connection broke while it was sent; it may have arrived."),
        _("Unknown"),
    )
    SKIPPED = (
        "skipped",
        "quiet",
        _("It was not owed any more, or somebody decided not to send it."),
        _("Skipped"),
    )


# First rule that holds wins. A bounce can follow a delivery, never the other way round.
RULES = Rules(
    [
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
    ],
    otherwise=Delivery.QUEUED,
)


# An email with none of these still has to be sent.
OUTCOMES = ("sent_at", "failed_at", "unknown_at", "skipped_at")
UNDECIDED = Q(**{f"{outcome}__isnull": True for outcome in OUTCOMES})


def delivery_expression(prefix: str = "") -> Case:
    """Return the delivery state as SQL, for emails reached through `prefix` (`email__`)."""
    return RULES.through(prefix).expression()


class EmailQuerySet(models.QuerySet):
    """Emails by what is to be done with them."""

    def with_delivery(self) -> EmailQuerySet:
        """Annotate each email's delivery state as `delivery`."""
        return self.annotate(delivery=delivery_expression())

    def undecided(self) -> EmailQuerySet:
        """Emails that still have to be sent."""
        return self.filter(UNDECIDED)

    def mentioning(self, words: str) -> EmailQuerySet:
        """Emails with `words` in the recipient, the subject or the facts they are written from."""
        return self.alias(facts=Cast("context", models.TextField())).filter(
            Q(to_address__icontains=words)
            | Q(to_name__icontains=words)
            | Q(subject__icontains=words)
            | Q(about__icontains=words)
            | Q(facts__icontains=words)
        )
