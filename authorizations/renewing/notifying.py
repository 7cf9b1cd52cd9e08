"""Who can be notified of a renewal, of what, and who gets the email."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from authorizations.renewing.contacts import Contact, last_contacts
from authorizations.renewing.reach import Reached, reach_of
from authorizations.renewing.terms import RenewalDates, dates_of, why_not_notified
from authorizations.rules.renewals import Rest, left_of
from customers.admins.recipients import Recipient, vip_admins_of
from customers.models import Customer
from customers.standing import READY, UPCOMING
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.typed_text import check_length, check_lines, tidy
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day

LONGEST_TEXT = 1_000


@dataclass(frozen=True)
class ToNotify:
    """A customer that can be notified: of which term, what is left of it, and whom."""

    customer: Customer
    dates: RenewalDates
    rest: Rest
    reached: list[Reached]
    last: Contact | None

    @property
    def recipients(self) -> list[Recipient]:
        """Whom the email goes to unless somebody else is chosen."""
        return [one.recipient for one in self.reached]

    @property
    def in_doubt(self) -> list[Reached]:
        """The recipients that the last email did not reach, or that get none."""
        return [one for one in self.reached if one.is_in_doubt]


def clean_own_text(text: str) -> str:
    """Return a manager's own lines as they are sent; "" without any.

    Raises ValidationError for more than 1,000 code points and for characters no text may have.
    """
    lines = [" ".join(line.split()) for line in tidy(text).splitlines()]
    cleaned = "\n".join(lines).strip()
    check_lines(cleaned)
    check_length(cleaned, LONGEST_TEXT)
    return cleaned


def look_up(
    customers: Sequence[Customer], *, day: Day
) -> tuple[list[ToNotify], list[ActionRefused]]:
    """Return who of one reseller's customers can be notified, and why the others cannot.

    The refusals have code "withdrawn" or "not_due". Seven queries, however many there are.
    """
    if not customers:
        return [], []
    due = _due(customers, day=day)
    reseller = customers[0].reseller
    rests = left_of(reseller, due.items())
    recipients = vip_admins_of(customers)
    reached = reach_of(reseller, {row: recipients[row.pk] for row in customers})
    contacts = last_contacts(row.pk for row in customers)
    found, refused = [], []
    for customer in customers:
        date = due.get(customer.pk)
        rest = rests.get((customer.pk, date)) if date else None
        if customer.withdrawn_at is not None or not recipients[customer.pk]:
            refused.append(_withdrawn(customer))
        elif date is None or rest is None:
            refused.append(_not_due(customer, day=day))
        else:
            found.append(
                ToNotify(
                    customer,
                    dates_of(date, day=day),
                    rest,
                    reached[customer.pk],
                    contacts.get(customer.pk),
                )
            )
    return found, refused


def _due(customers: Sequence[Customer], *, day: Day) -> dict[int, dt.date]:
    """Return the anniversary date by which a customer is in one of the two filters."""
    rows = Customer.objects.filter(
        READY.when(day) | UPCOMING.when(day), pk__in=[row.pk for row in customers]
    )
    spans = (day.ready_span(), day.upcoming_span())
    due = {}
    for key, *dates in rows.values_list("pk", "renewal_on", "next_renewal_on"):
        due[key] = next(
            date for first, last in spans for date in dates if date and first <= date <= last
        )
    return due


def _withdrawn(customer: Customer) -> ActionRefused:
    return ActionRefused(
        _("%(name)s: the invitation was withdrawn, so nobody gets its emails. Resend it first.")
        % {"name": customer.name},
        code="withdrawn",
    )


def _not_due(customer: Customer, *, day: Day) -> ActionRefused:
    left = _("%(name)s has nothing left to renew.") % {"name": customer.name}
    return ActionRefused(why_not_notified(customer, day=day) or left, code="not_due")


def lately(one: ToNotify) -> str:
    """Return when a customer was last notified and by whom, in a sentence."""
    if one.last is None:
        return ""
    return _("%(name)s was notified on %(date)s by %(by)s.") % {
        "name": one.customer.name,
        "date": long_date(one.last.on),
        "by": one.last.by,
    }


def check_text(text: str) -> str:
    """Return `clean_own_text`; raise ActionRefused with code "text" at its field."""
    try:
        return clean_own_text(text)
    except ValidationError as error:
        sentence = " ".join(error.messages)
        raise ActionRefused(sentence, field="own_text", code="text") from error
