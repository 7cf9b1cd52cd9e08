"""Correct what was typed about a customer: ops only, with a reason, and written down."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.actions.frame import acting_on
from customers.actions.invite import check_segment
from customers.actions.returned import close_by_correction
from customers.emails import recall_invitation
from customers.models import Customer, CustomerKind, Invitation
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from reseller_console.tenancy.models import Day

ADDRESS = ("country", "region", "city", "address_1", "address_2", "postal_code")
CONTACT = ("contact_first_name", "contact_last_name", "contact_email", "language")
CORRECTABLE = ("name", "segment", *ADDRESS, *CONTACT)


def correct_customer(
    customer: Customer, *, changes: Mapping[str, str], reason: str, by: User, day: Day
) -> Customer:
    """Change facts that were typed wrongly; `changes` holds cleaned values of CORRECTABLE.

    Old and new values and the reason are written down, and a request to correct the contact
    is closed, of which its manager is notified by email. With another address the link that went to
    the old one ends, and the contact gets no email until the invitation is resent. Raises
    ActionRefused with code "not_ops", "reason", "segment" or "duplicate".
    """
    if not by.is_superuser:
        raise ActionRefused(_("Only ops can correct customers."), code="not_ops")
    if not reason.strip():
        raise ActionRefused(_("Say why this is corrected."), field="reason", code="reason")
    with acting_on([customer], by=by, day=day) as work:
        customer = work.customer
        new = {
            name: changes[name]
            for name in CORRECTABLE
            if name in changes and changes[name] != getattr(customer, name)
        }
        if not new:
            return customer
        if "segment" in new:
            check_segment(customer.reseller, new["segment"])
        refuse_twin(customer, new)
        old = {name: getattr(customer, name) for name in new}
        for name, value in new.items():
            setattr(customer, name, value)
        if _is_another_address(old.get("contact_email"), new.get("contact_email")):
            _end_link(customer, day=day)
        _save(customer, [*new, "invitation_bounced_at", "invitation_expires_on"])
        close_by_correction(work, by=by, reason=reason.strip())
        said = {"fields": _in_words(new), "reason": reason.strip()}
        work.event(customer, CustomerKind.CORRECTED, **said, old=old, new=new)
    return customer


def _is_another_address(old: str | None, new: str | None) -> bool:
    """Whether emails went elsewhere until now; an address in capitals is the same one."""
    return old is not None and new is not None and address_key(old) != address_key(new)


def _end_link(customer: Customer, *, day: Day) -> None:
    """End the link that went to the address before: its reader is not who is invited now."""
    # Nothing has come back from the new address.
    customer.invitation_bounced_at = None
    if customer.invitation_expires_on is None or customer.invitation_expires_on < day.today:
        return
    customer.invitation_expires_on = day.after(-1)
    links = Invitation.objects.filter(customer=customer).in_force()
    links.update(expires_on=customer.invitation_expires_on)
    recall_invitation(customer)


def refuse_twin(customer: Customer, changes: Mapping[str, str]) -> None:
    """Raise ActionRefused "duplicate" when the corrected customer would be one there is already."""
    name = changes.get("name", customer.name)
    email = changes.get("contact_email", customer.contact_email)
    twins = Customer.objects.filter(
        reseller=customer.reseller_id,
        name_key=comparison_key(name),
        email_key=address_key(email),
    )
    twin = twins.exclude(pk=customer.pk).first()
    if twin is not None:
        raise _duplicate(twin.vip_id)


def _duplicate(vip_id: str) -> ActionRefused:
    return ActionRefused(
        _("Another customer has this name and this contact: VIP ID %(vip_id)s.")
        % {"vip_id": vip_id},
        field="name",
        code="duplicate",
    )


def _save(customer: Customer, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            customer.save(update_fields=fields)
    except IntegrityError as error:
        if "one_customer_per_name_and_contact" not in str(error):
            raise
        raise _duplicate("–") from error


def _in_words(fields: Mapping[str, str]) -> str:
    labels = {field.name: str(field.verbose_name) for field in Customer._meta.fields}
    return ", ".join(labels[name] for name in fields)
