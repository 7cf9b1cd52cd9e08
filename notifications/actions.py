"""What ops decide about an email, or about an address."""

from __future__ import annotations

from typing import Protocol

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import doorbell
from notifications.delivery import OUTCOMES, Delivery
from notifications.models import Email, Suppression
from notifications.tracking import suppressions
from reseller_console.lib.refusals import ActionRefused

SENDABLE_AGAIN = (
    *(Delivery.FAILED, Delivery.UNKNOWN, Delivery.BOUNCED),
    *(Delivery.BLOCKED, Delivery.SKIPPED),
)
_TRACKED = ("delivered_at", "opened_at", "bounced_at", "complained_at", "refused_at")


class Person(Protocol):
    """Whoever decides; the record keeps the address."""

    email: str


@transaction.atomic
def send_again(email: Email, *, by: Person) -> Email:
    """Put an email that did not arrive back into the queue; return it.

    The words stay the same. Raises ActionRefused: code "state" for an email that waits, was sent
    or was delivered, "removed" for one whose words have gone, "suppressed" while its address takes
    no emails.
    """
    row, delivery = _locked(email)
    if delivery not in SENDABLE_AGAIN:
        raise ActionRefused(
            _("Only an email that failed, came back, was skipped or is unknown can be sent again."),
            code="state",
        )
    if row.words_removed_at is not None:
        raise ActionRefused(_("Its text is no longer kept."), code="removed")
    if suppressions.in_force(row.reseller_id, row.to_address).exists():
        raise ActionRefused(
            _("%(address)s is suppressed. Clear the address first.") % {"address": row.to_address},
            code="suppressed",
        )
    for name in (*OUTCOMES, *_TRACKED, "lease", "leased_until_at", "handed_over_at"):
        setattr(row, name, None)
    row.not_before_at = timezone.now()
    row.attempts = 0
    row.provider_id = row.last_error = row.return_reason = ""
    row.sending += 1
    _note(row, by, "sent again")
    row.save()
    transaction.on_commit(doorbell.ring, robust=True)
    return row


@transaction.atomic
def set_waiting_aside(reason: str) -> int:
    """Decide that nothing that waits is sent by itself; return how many emails that is.

    One that was on its way is unknown, as after any broken connection. Ops send again what they
    miss.
    """
    waiting = Email.objects.undecided()
    done = {"lease": None, "leased_until_at": None, "last_error": reason}
    unsure = waiting.filter(handed_over_at__isnull=False).update(unknown_at=Now(), **done)
    return unsure + waiting.update(skipped_at=Now(), **done)


@transaction.atomic
def skip(email: Email, *, by: Person) -> Email:
    """Decide that a waiting email is not sent; return it.

    Raises ActionRefused (code "state") for an email that is decided or on its way.
    """
    row, delivery = _locked(email)
    if delivery != Delivery.QUEUED or row.handed_over_at is not None:
        raise ActionRefused(_("Only an email that still waits can be skipped."), code="state")
    row.skipped_at = timezone.now()
    row.lease = row.leased_until_at = None
    _note(row, by, "skipped")
    row.save()
    return row


@transaction.atomic
def clear_suppression(suppression: Suppression, *, by: Person) -> Suppression:
    """Let emails go to the address again; return the row, with who decided it and when.

    Emails that were skipped meanwhile stay so until somebody sends them again. Raises
    ActionRefused (code "cleared") when the address has been cleared already.
    """
    row = Suppression.objects.select_for_update(of=("self",)).get(pk=suppression.pk)
    if row.cleared_at is not None:
        raise ActionRefused(_("The address has been cleared already."), code="cleared")
    row.cleared_at, row.cleared_by = timezone.now(), by.email
    row.save(update_fields=["cleared_at", "cleared_by"])
    return row


def _locked(email: Email) -> tuple[Email, str]:
    """Return the row as it is now, for this transaction alone, and its delivery state."""
    row = Email.objects.with_delivery().select_for_update(of=("self",)).get(pk=email.pk)
    return row, row.delivery


def _note(row: Email, by: Person, what: str) -> None:
    entry = {"at": timezone.now().isoformat(timespec="seconds"), "by": by.email, "what": what}
    row.decisions = [*row.decisions, entry]
