"""Notify customers of their renewal: an email by a manager, remembered as the last contact."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from authorizations.emails import renewal_facts
from authorizations.models import PurchaseKind, RenewalContact
from authorizations.renewing.notifying import ToNotify, check_text, lately, look_up
from customers.actions.frame import Work, acting_on
from customers.admins.recipients import Recipient
from customers.emails import drafts_to_vip_admins
from customers.models import Customer
from notifications import outbox
from notifications.models import Email
from notifications.tracking.suppressions import closed_among
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day

# So many notices of one customer a day; nobody is to be flooded with a manager's own lines.
MOST_A_DAY = 3


def notify_renewal(
    customers: Sequence[Customer],
    *,
    own_text: str = "",
    again_ok: bool = False,
    by: User,
    day: Day,
    to: Recipient | None = None,
) -> list[RenewalContact]:
    """Email the VIP admins of customers what they have to renew, or `to` alone, of one customer.

    All of them or none. Raises ActionRefused with code "withdrawn", "not_due", "closed" (nothing
    is sent to any recipient), "often" (three times today), "text" (field own_text), or
    "contacted_lately" (field again_ok) within 7 days of the last notice, unless `again_ok`.
    """
    text = check_text(own_text)
    with acting_on(customers, by=by, day=day) as work:
        found, refused = look_up(work.customers, day=day)
        if refused:
            raise refused[0]
        _refuse_often(found, day=day)
        if not again_ok:
            _refuse_lately(found, day=day)
        # Every email names the customer's manager.
        prefetch_related_objects(work.customers, "managed_by")
        at, sending = timezone.now(), uuid.uuid4()
        addressed = [(one, _recipients(one, to)) for one in found]
        drafts = [
            (one, draft)
            for one, recipients in addressed
            for draft in drafts_of(
                one, recipients, text=text, by=by, day=day, sending=str(sending), chosen=to
            )
        ]
        emails = outbox.posted(draft for _one, draft in drafts)
        for one, recipients in addressed:
            _tell(work, one, recipients)
        sent = [(one, email) for (one, _draft), email in zip(drafts, emails, strict=True)]
        return _remember(work, sent, at=at)


def _remember(
    work: Work, sent: Sequence[tuple[ToNotify, Email]], *, at: dt.datetime
) -> list[RenewalContact]:
    """Write down whom the emails went to as the last contact, a row an email."""
    return RenewalContact.objects.bulk_create(
        RenewalContact(
            reseller=work.reseller,
            customer=one.customer,
            anniversary_on=one.dates.anniversary_on,
            email=email,
            sent_by=work.by,
            sent_on=work.day.today,
            sent_at=at,
        )
        for one, email in sent
    )


def drafts_of(
    one: ToNotify,
    recipients: Sequence[Recipient],
    *,
    text: str,
    by: User,
    day: Day,
    sending: str = "",
    chosen: Recipient | None = None,
) -> list[outbox.Draft]:
    """Return the emails to a customer's recipients, as they are sent and as they are shown before.

    `chosen` is the recipient somebody chose instead of the VIP admins.
    """
    context = renewal_facts(one.dates.anniversary_on, one.rest, day=day)
    own: dict[str, object] = {
        "own_lines": text.splitlines(),
        "sender_name": by.get_full_name() or by.email,
        "was_chosen": chosen is not None,
    }
    return drafts_to_vip_admins(
        one.customer,
        template="renewal_notice",
        key=f"renewal_notice:{sending}:{one.customer.vip_id}",
        context=context | own,
        recipients=recipients,
    )


def _recipients(one: ToNotify, to: Recipient | None) -> list[Recipient]:
    """Return who gets the email; raise ActionRefused "closed" where it would reach nobody."""
    if to is None:
        found = [row.recipient for row in one.reached if not row.is_closed]
    else:
        closed = closed_among(one.customer.reseller, [to.address])
        found = [] if closed else [to]
    if not found:
        raise ActionRefused(
            _("%(name)s: nothing is sent to this address any more. Choose another recipient.")
            % {"name": one.customer.name},
            code="closed",
        )
    return found


def _refuse_lately(found: Sequence[ToNotify], *, day: Day) -> None:
    recent = [lately(one) for one in found if one.last and one.last.asks_on(day.today)]
    if recent:
        more = len(recent) - 3
        rest = _(" And %(more)d more.") % {"more": more} if more > 0 else ""
        raise ActionRefused(
            f"{' '.join(recent[:3])}{rest} {_('Tick the box to send it again.')}",
            field="again_ok",
            code="contacted_lately",
        )


def _refuse_often(found: Sequence[ToNotify], *, day: Day) -> None:
    rows = RenewalContact.objects.filter(
        customer__in=[one.customer.pk for one in found], sent_on=day.today
    )
    times = Counter(key for key, _at in set(rows.values_list("customer", "sent_at")))
    for one in found:
        if times[one.customer.pk] >= MOST_A_DAY:
            raise ActionRefused(
                _("%(name)s was notified %(times)d times today. Try again tomorrow.")
                % {"name": one.customer.name, "times": MOST_A_DAY},
                code="often",
            )


def _tell(work: Work, one: ToNotify, recipients: Sequence[Recipient]) -> None:
    work.event(
        one.customer,
        PurchaseKind.NOTIFIED,
        date=one.dates.anniversary_on.isoformat(),
        to=", ".join(row.address for row in recipients),
    )
