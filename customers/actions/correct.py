"""Correct what was typed about a customer: ops only, with a reason, and written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.actions.invite import check_segment
from customers.actions.lock import locked
from customers.actions.returned import close_by_correction
from customers.activity import CustomerKind
from customers.emails import recall_invitation
from customers.models import Customer, CustomerEvent, Invitation
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key

ADDRESS = ("country", "region", "city", "address_1", "address_2", "postal_code")
CONTACT = ("contact_first_name", "contact_last_name", "contact_email", "language")
CORRECTABLE = ("name", "segment", *ADDRESS, *CONTACT)


def correct_customer(
    customer: Customer, *, changes: Mapping[str, str], reason: str, by: User, today: dt.date
) -> Customer:
    """Change facts that were typed wrongly; `changes` holds cleaned values of CORRECTABLE.

    Old and new values and the reason are written down, and a request to correct the contact
    is closed, which its manager is told by mail. With another address the link that went to
    the old one ends, and the contact gets no email until the invitation is resent. Raises
    ActionRefused with code "not_ops", "reason", "segment" or "duplicate".
    """
    if not by.is_superuser:
        raise ActionRefused(_("Only ops correct customers."), code="not_ops")
    if not reason.strip():
        raise ActionRefused(_("Say why this is corrected."), field="reason", code="reason")
    with transaction.atomic():
        customer = locked(customer, day=customer.reseller.day(today))
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
            _end_link(customer, today=today)
        _save(customer, [*new, "invitation_bounced_at", "invitation_expires_on"])
        close_by_correction(customer, by=by, reason=reason.strip())
        CustomerEvent.objects.create(
            reseller_id=customer.reseller_id,
            customer=customer,
            by=by,
            kind=CustomerKind.CORRECTED,
            details={"fields": _in_words(new), "reason": reason.strip(), "old": old, "new": new},
        )
    return customer


def _is_another_address(old: str | None, new: str | None) -> bool:
    """Whether emails went elsewhere until now; an address in capitals is the same one."""
    return old is not None and new is not None and comparison_key(old) != comparison_key(new)


def _end_link(customer: Customer, *, today: dt.date) -> None:
    """End the link that went to the address before: its reader is not who is invited now."""
    # Nothing has come back from the new address.
    customer.invitation_bounced_at = None
    if customer.invitation_expires_on is None or customer.invitation_expires_on < today:
        return
    customer.invitation_expires_on = today - dt.timedelta(days=1)
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
        email_key=comparison_key(email),
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


def record_view(customer: Customer, *, what: str, by: User) -> None:
    """Write down that ops looked at a customer, or at `what` of it."""
    CustomerEvent.objects.create(
        reseller_id=customer.reseller_id,
        customer=customer,
        by=by,
        kind=CustomerKind.VIEWED,
        details={"what": what},
    )
