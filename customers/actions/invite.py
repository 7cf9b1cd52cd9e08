"""Invite a customer: issue the VIP ID at once and send the invitation."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.frame import acting_on
from customers.actions.sending_limits import check_address, check_sender
from customers.admins.links import token_for, token_hash
from customers.emails import post_invitation, recall_invitation
from customers.models import Customer, CustomerKind, Invitation
from customers.organization.vip_ids import new_vip_id
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key
from reseller_console.lib.calendar import custom_anniversary_bounds
from reseller_console.lib.fresh import save_with_fresh_number
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day, Reseller, Segment


@dataclass(frozen=True)
class CustomerDetails:
    """What is typed about a customer, cleaned; it cannot be edited later."""

    name: str
    segment: str
    offerings: list[str]
    country: str
    region: str
    city: str
    address_1: str
    address_2: str
    postal_code: str
    contact_first_name: str
    contact_last_name: str
    contact_email: str
    language: str


def invite_customer(
    reseller: Reseller,
    *,
    details: CustomerDetails,
    custom_anniversary_on: dt.date | None,
    same_name_ok: bool,
    by: User,
    day: Day,
) -> Customer:
    """Invite a customer organization; the inviter manages it, the contact gets an email.

    `custom_anniversary_on` lies between today + 12 months + 1 day and the segment's
    longest first term. Raises ActionRefused with code "segment", "custom_anniversary",
    "duplicate" (same name and same contact), "same_name" (unless `same_name_ok`),
    "too_often" (the contact got enough emails for a day) or "too_many_sent" (`by`, or the
    team, sent enough invitations for now).
    """
    check_segment(reseller, details.segment)
    check_custom_anniversary(custom_anniversary_on, segment=details.segment, today=day.today)
    with acting_on([], by=by, day=day) as work:
        if not same_name_ok:
            check_twins(reseller, details)
        check_address(reseller, details.contact_email, field="contact_email")
        check_sender(reseller, by)
        customer = build_customer(reseller, details=details, managed_by=by, today=day.today)
        set_custom_anniversary(customer, custom_anniversary_on)
        _insert(customer)
        work.has_made(customer)
        send_link(customer, by=by, day=day)
        work.event(customer, CustomerKind.INVITED, vip_id=customer.vip_id)
    return customer


def check_segment(reseller: Reseller, segment: str) -> None:
    """Raise ActionRefused when the reseller may not sell to the segment."""
    if segment not in reseller.segments:
        raise ActionRefused(
            _("Your organization may not sell to the segment %(segment)s.")
            % {"segment": Segment(segment).label},
            field="segment",
            code="segment",
        )


def check_custom_anniversary(date: dt.date | None, *, segment: str, today: dt.date) -> None:
    """Raise ActionRefused when a custom anniversary date is out of its bounds."""
    if date is None:
        return
    earliest, latest = custom_anniversary_bounds(
        today, longest_months=Segment(segment).longest_first_term_months
    )
    if not earliest <= date <= latest:
        raise ActionRefused(
            _("Choose a date from %(first)s to %(last)s.")
            % {"first": long_date(earliest), "last": long_date(latest)},
            field="custom_anniversary_on",
            code="custom_anniversary",
        )


def check_twins(reseller: Reseller, details: CustomerDetails) -> None:
    """Raise ActionRefused when there is such a customer already, withdrawn ones included.

    Code "duplicate" for the same name and contact, which no one can override, and
    "same_name" for the name alone. The database's constraint has the last word.
    """
    namesakes = Customer.objects.filter(reseller=reseller, name_key=comparison_key(details.name))
    if namesakes.filter(email_key=address_key(details.contact_email)).exists():
        raise _duplicate()
    twin = namesakes.first()
    if twin is not None:
        raise ActionRefused(
            same_name_sentence(twin.name, twin.vip_id), field="name", code="same_name"
        )


def same_name_sentence(name: str, vip_id: str) -> str:
    """Return what is said of another customer that has the name already."""
    return _("There is a customer of this name already: %(name)s, VIP ID %(vip_id)s.") % {
        "name": name,
        "vip_id": vip_id,
    }


def _duplicate() -> ActionRefused:
    return ActionRefused(
        _("This organization was invited with this contact already."),
        field="contact_email",
        code="duplicate",
    )


def build_customer(
    reseller: Reseller, *, details: CustomerDetails, managed_by: User, today: dt.date
) -> Customer:
    """Return a customer invited today, with its VIP ID and keys, not stored yet."""
    customer = Customer(
        reseller=reseller,
        vip_id=new_vip_id(),
        managed_by=managed_by,
        invited_by=managed_by,
        invited_on=today,
        no_products_from_on=today,
        **asdict(details),
    )
    customer.derive_keys()
    return customer


def set_custom_anniversary(customer: Customer, date: dt.date | None) -> None:
    """Give a new customer its custom anniversary date, if one was chosen."""
    if date is None:
        return
    customer.custom_anniversary_on = customer.anniversary_on = date
    customer.first_anniversary_on, customer.anniversary_day = date, date.day


def _insert(customer: Customer) -> None:
    def save() -> None:
        customer.vip_id = new_vip_id()
        customer.save(force_insert=True)

    try:
        save_with_fresh_number(save, column="vip_id")
    except IntegrityError as error:
        if "one_customer_per_name_and_contact" not in str(error):
            raise
        raise _duplicate() from error


def build_invitation(customer: Customer, *, by: User | None, version: int, day: Day) -> Invitation:
    """Return link `version` of a customer, valid for the program's days, not stored yet."""
    customer.invitation_expires_on = day.after(day.terms.invitation_days)
    return Invitation(
        reseller_id=customer.reseller_id,
        customer=customer,
        version=version,
        token_hash=token_hash(token_for(customer.vip_id, version)),
        sent_by=by,
        sent_on=day.today,
        expires_on=customer.invitation_expires_on,
    )


def send_link(customer: Customer, *, by: User, day: Day) -> Invitation:
    """Make a new link, kill the one before, and queue the invitation email."""
    links = Invitation.objects.filter(customer=customer)
    newest = links.order_by("-version").first()
    links.filter(superseded_at__isnull=True).update(superseded_at=timezone.now())
    if newest:
        recall_invitation(customer)
    version = newest.version + 1 if newest else 1
    invitation = build_invitation(customer, by=by, version=version, day=day)
    invitation.email = post_invitation(customer, invitation)
    invitation.save()
    customer.invitation_bounced_at = None
    customer.save(update_fields=["invitation_expires_on", "invitation_bounced_at"])
    return invitation
