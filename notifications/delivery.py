"""The delivery state of an email: one ordered list of rules over stored instants."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Case, F, Model, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from notifications.tracking.reasons import Reason
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
    BLOCKED = (
        "blocked",
        "bad",
        _(
            "The mail provider has the address on its own list and sends nothing to it until"
            " ops remove it there and clear it here."
        ),
        _("Blocked by the mail provider"),
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
        _("It was not owed any more, its address takes no emails, or somebody decided so."),
        _("Skipped"),
    )


def _after_arrival(instant: str) -> Q:
    """Return whether what happened at an instant came after the email had arrived.

    A mailbox that was full at first has taken the email in the end; a mail server that took an
    email can still send it back. Nobody opens what has not arrived.
    """
    return Q(opened_at__isnull=True) & (
        Q(delivered_at__isnull=True) | Q(**{f"{instant}__gte": F("delivered_at")})
    )


# What to some providers looks like an automatic answer never outweighs an arrival.
_PASSED = Q(return_reason=Reason.TRANSIENT, delivered_at__isnull=False)
_DEAD = Q(return_reason=Reason.HARD_BOUNCE)
_CAME_BACK = Q(bounced_at__isnull=False) & (_DEAD | (_after_arrival("bounced_at") & ~_PASSED))
# The provider had taken the email and would not send it after all, or a server refused it.
_REFUSED = Q(refused_at__isnull=False) & _after_arrival("refused_at")
_LISTED = Q(return_reason=Reason.SUPPRESSED)

# First rule that holds wins.
RULES = Rules(
    [
        (Delivery.COMPLAINED, Q(complained_at__isnull=False)),
        (Delivery.BLOCKED, _LISTED & (_REFUSED | Q(skipped_at__isnull=False))),
        (Delivery.BOUNCED, _CAME_BACK),
        (Delivery.FAILED, _REFUSED),
        (Delivery.OPENED, Q(opened_at__isnull=False)),
        (Delivery.DELIVERED, Q(delivered_at__isnull=False)),
        (Delivery.SENT, Q(sent_at__isnull=False)),
        (Delivery.SKIPPED, Q(skipped_at__isnull=False)),
        (Delivery.BLOCKED, _LISTED & Q(failed_at__isnull=False)),
        (Delivery.FAILED, Q(failed_at__isnull=False)),
        (Delivery.UNKNOWN, Q(unknown_at__isnull=False)),
    ],
    otherwise=Delivery.QUEUED,
)
# The recipient has not got it, or wants no other.
CAME_BACK = frozenset({Delivery.COMPLAINED, Delivery.BOUNCED, Delivery.BLOCKED, Delivery.FAILED})


def delivery_of(email: Model) -> Delivery:
    """Return the delivery state of an email in hand, by the rules as they are in SQL."""
    return RULES.of(email)


def has_come_back(email: Model) -> bool:
    """Return whether an email in hand has come back, or was not sent at all."""
    return delivery_of(email) in CAME_BACK


# An email with none of these still has to be sent.
OUTCOMES = ("sent_at", "failed_at", "unknown_at", "skipped_at")
UNDECIDED = Q(**{f"{outcome}__isnull": True for outcome in OUTCOMES})


def delivery_expression(prefix: str = "") -> Case:
    """Return the delivery state as SQL, for emails reached through `prefix` (`email__`)."""
    return RULES.through(prefix).expression()


_SAID_IN = ("to_address", "to_name", "subject", "text", "about", "facts")


class EmailQuerySet(models.QuerySet):
    """Emails by what is to be done with them."""

    def with_delivery(self) -> EmailQuerySet:
        """Annotate each email's delivery state as `delivery`."""
        return self.annotate(delivery=delivery_expression())

    def undecided(self) -> EmailQuerySet:
        """Emails that still have to be sent."""
        return self.filter(UNDECIDED)

    def mentioning(self, words: str) -> EmailQuerySet:
        """Emails that say every one of `words`, wherever each of them stands.

        That is in the recipient, the subject, the text, or the facts of an email that has not
        been written yet.
        """
        emails = self.alias(facts=Cast("context", models.TextField()))
        for word in words.split():
            said = (Q(**{f"{place}__icontains": word}) for place in _SAID_IN)
            emails = emails.filter(reduce(or_, said))
        return emails
