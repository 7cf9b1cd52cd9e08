"""How many invitations may go out: to one person, by one person, and by a reseller's team.

No one's mailbox is flooded from here, and nobody mails strangers by the hundred
(docs/decisions/0203). Imports are not refused; `Pace` spreads their invitations.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import AdminInvitation, Customer, CustomerQuerySet, Invitation
from reseller_console.accounts.models import User
from reseller_console.lib import locks
from reseller_console.lib.addresses import address_key
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import searchable
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Reseller


@dataclass(frozen=True)
class Limit:
    """At most `most` within the time `within`."""

    most: int
    within: dt.timedelta


PER_CUSTOMER = Limit(5, dt.timedelta(hours=1))
# Of all customers of a reseller together; `vera+anything@` is the mailbox of `vera@`.
PER_ADDRESS = Limit(20, dt.timedelta(days=1))
# To one further admin, and from one customer to further admins together.
PER_ADMIN = Limit(5, dt.timedelta(hours=1))
ADMINS_PER_CUSTOMER = Limit(20, dt.timedelta(days=1))
# From one VIP admin, of whichever customers.
ADMINS_PER_PERSON = Limit(60, dt.timedelta(days=1))


# A reseller's own limits, else the settings of these names: an hour's before a day's.
_SPANS = (("hour", dt.timedelta(hours=1)), ("day", dt.timedelta(days=1)))


def check_sender(reseller: Reseller, by: User) -> None:
    """Raise ActionRefused with code "too_many_sent" when `by`, or the team, sent enough for now.

    Until the transaction ends nobody else of the reseller passes, so that several at the same
    moment do not all see the last free place.
    """
    locks.wait_for(f"invitations of reseller {reseller.pk}")
    team = Invitation.objects.filter(reseller=reseller, sent_by__isnull=False, in_bulk=False)
    for whose, sent in (("person", team.filter(sent_by=by)), ("reseller", team)):
        for name, within in _SPANS:
            limit = Limit(reseller.limit(f"invitations_per_{whose}_{name}"), within)
            again = _free_again_at(sent, limit)
            if again is not None:
                raise ActionRefused(
                    _sentence(whose, name) % {"most": limit.most, "when": _local(again, reseller)},
                    code="too_many_sent",
                )


def _sentence(whose: str, name: str) -> str:
    sentences = {
        ("person", "hour"): _(
            "Your hourly limit for invitations (%(most)d) has been reached. You can send the next"
            " one after %(when)s, or ask ops to raise the limit."
        ),
        ("person", "day"): _(
            "Your daily limit for invitations (%(most)d) has been reached. You can send the next"
            " one after %(when)s, or ask ops to raise the limit."
        ),
        ("reseller", "hour"): _(
            "Your organization's hourly limit for invitations (%(most)d) has been reached. You can"
            " send the next one after %(when)s, or ask ops to raise the limit."
        ),
        ("reseller", "day"): _(
            "Your organization's daily limit for invitations (%(most)d) has been reached. You can"
            " send the next one after %(when)s, or ask ops to raise the limit."
        ),
    }
    return sentences[whose, name]


class Pace:
    """When the invitations of an import go out: so many of a reseller an hour, none refused.

    Two imports at the same moment share the pace: the second one waits until the first is stored.
    """

    def __init__(self, reseller: Reseller) -> None:
        locks.wait_for(f"invitations of reseller {reseller.pk}")
        self._most = max(reseller.limit("invitations_per_reseller_hour"), 1)
        self._from = timezone.now()
        hour = dt.timedelta(hours=1)
        waiting = Invitation.objects.filter(
            reseller=reseller, in_bulk=True, email__not_before_at__gt=self._from - hour
        )
        self._taken = waiting.count()
        newest = waiting.aggregate(newest=Max("email__not_before_at"))["newest"]
        # The hours of the import before it go on, so that theirs and ours do not overlap.
        if newest is not None:
            self._from = newest - hour * ((self._taken - 1) // self._most)

    def next(self) -> dt.datetime:
        """Return the instant at which one more may go out."""
        hours = self._taken // self._most
        self._taken += 1
        return self._from + dt.timedelta(hours=hours)


def check_customer(customer: Customer) -> None:
    """Raise ActionRefused with code "too_often" when its contact got enough for now."""
    sent = Invitation.objects.filter(customer=customer)
    again = _free_again_at(sent, PER_CUSTOMER)
    if again is not None:
        raise ActionRefused(
            _("%(email)s got %(most)d invitations within an hour. Send the next after %(when)s.")
            % {
                "email": customer.contact_email,
                "most": PER_CUSTOMER.most,
                "when": _local(again, customer.reseller),
            },
            code="too_often",
        )


def check_address(reseller: Reseller, email: str, *, field: str = "") -> None:
    """Raise ActionRefused with code "too_often" when the mailbox got enough for a day.

    `field` is the form's field the sentence belongs to.
    """
    sent = Invitation.objects.filter(customer__in=_customers_with_mailbox(reseller, email))
    again = _free_again_at(sent, PER_ADDRESS)
    if again is not None:
        raise _mailbox_full(email, again, reseller, field=field)


def check_admins(customer: Customer, address: str, *, by: User, field: str = "") -> None:
    """Raise ActionRefused with code "too_often" when a further admin got enough for now.

    The same when the mailbox got enough for a day from admins of all of the reseller's
    customers together, and when the customer's admins, or `by` for any customers, have invited
    enough people for a day.
    """
    sent = AdminInvitation.objects.filter(customer=customer)
    again = _free_again_at(sent.filter(address_key=address_key(address)), PER_ADMIN)
    if again is not None:
        raise ActionRefused(
            _("%(email)s got %(most)d invitations within an hour. Send the next after %(when)s.")
            % {
                "email": address,
                "most": PER_ADMIN.most,
                "when": _local(again, customer.reseller),
            },
            field=field,
            code="too_often",
        )
    everybody = AdminInvitation.objects.filter(reseller=customer.reseller)
    again = _free_again_at(everybody.filter(_same_mailbox("address_key", address)), PER_ADDRESS)
    if again is not None:
        raise _mailbox_full(address, again, customer.reseller, field=field)
    of_person = AdminInvitation.objects.filter(sent_by=by)
    for some, limit in ((sent, ADMINS_PER_CUSTOMER), (of_person, ADMINS_PER_PERSON)):
        again = _free_again_at(some, limit)
        if again is not None:
            raise ActionRefused(
                _(
                    "The daily limit for invitations of VIP admins (%(most)d) has been reached."
                    " You can send the next one after %(when)s."
                )
                % {"most": limit.most, "when": _local(again, customer.reseller)},
                field=field,
                code="too_often",
            )


def _mailbox_full(email: str, again: dt.datetime, reseller: Reseller, *, field: str) -> Exception:
    return ActionRefused(
        _("%(email)s got %(most)d invitations within a day. Send the next after %(when)s.")
        % {"email": email, "most": PER_ADDRESS.most, "when": _local(again, reseller)},
        field=field,
        code="too_often",
    )


def _customers_with_mailbox(reseller: Reseller, email: str) -> CustomerQuerySet:
    mailbox, domain = _mailbox(email)
    # Only the searchable text has an index that finds parts of an address.
    parts = Q(search_text__contains=searchable(mailbox)) & Q(
        search_text__contains=searchable(domain)
    )
    return Customer.objects.filter(_same_mailbox("email_key", email), parts, reseller=reseller)


def _same_mailbox(column: str, email: str) -> Q:
    """Return the condition for addresses, kept as keys, whose emails arrive in one mailbox."""
    mailbox, domain = _mailbox(email)
    return Q((column, mailbox + domain)) | Q(
        (f"{column}__startswith", f"{mailbox}+"), (f"{column}__endswith", domain)
    )


def _mailbox(email: str) -> tuple[str, str]:
    """Return what stands before `+`, and `@` with the domain."""
    local, _at, domain = address_key(email).rpartition("@")
    return local.partition("+")[0], f"@{domain}"


def _free_again_at(sent: QuerySet, limit: Limit) -> dt.datetime | None:
    """Return when one more may be sent; None when that is now."""
    recent = sent.filter(sent_at__gt=timezone.now() - limit.within)
    if limit.most == 0:
        return timezone.now() + limit.within
    instants = list(recent.order_by("-sent_at").values_list("sent_at", flat=True)[: limit.most])
    return instants[-1] + limit.within if len(instants) == limit.most else None


def _local(instant: dt.datetime, reseller: Reseller) -> str:
    """Return an instant as the reseller's clock shows it, such as "2 March 2026, 14:05"."""
    # A minute that has begun is over when the next one begins.
    local = (instant + dt.timedelta(minutes=1)).astimezone(ZoneInfo(reseller.time_zone))
    return f"{long_date(local.date())}, {local:%H:%M}"
