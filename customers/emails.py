"""Emails about a customer: what every one of them says, and how they are put in the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from customers.admins.links import PURPOSE
from customers.admins.recipients import Recipient, responsible_managers, vip_admins
from customers.models import Customer, Invitation, Membership
from notifications import outbox
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import VipTerms


def facts(customer: Customer) -> dict[str, object]:
    """Return what every email about a customer may say, frozen at the time of the event."""
    manager = customer.managed_by
    return {
        "organization": customer.name,
        "vip_id": customer.vip_id,
        "contact_name": customer.contact_name,
        "reseller_name": customer.reseller.name,
        "manager_name": manager.get_full_name() or manager.email,
        "manager_email": manager.email,
        "details_path": customer.get_absolute_url(),
    }


def drafts_to_vip_admins(
    customer: Customer,
    *,
    template: str,
    key: str,
    context: dict[str, object],
    recipients: Sequence[Recipient] | None = None,
) -> list[outbox.Draft]:
    """Return an email to each VIP admin of the customer; `key` names the event it tells of.

    Anyone who writes to many customers looks the `recipients` up for all of them at once.
    """
    found = vip_admins(customer) if recipients is None else recipients
    return [
        {
            "template": template,
            "key": f"{key}:{recipient.address}"[:200],
            "to_address": recipient.address,
            "to_name": recipient.name,
            "language": recipient.language,
            "context": facts(customer) | context,
            "about": customer.vip_id,
            "reseller": customer.reseller,
        }
        for recipient in found
    ]


def link_to_accept(customer: Customer, version: int) -> dict[str, object]:
    """Return what stands for the contact's link of this version in an email's context."""
    return {
        "secret_link": {"purpose": PURPOSE, "vip_id": customer.vip_id, "version": version},
    }


def invitation_draft(customer: Customer, invitation: Invitation) -> outbox.Draft:
    """Return the invitation email; its secret link is made when it is sent."""
    return {
        "template": "customer_invited",
        "key": f"customer_invited:{customer.vip_id}:{invitation.version}",
        "to_address": customer.contact_email,
        "to_name": customer.contact_name,
        "language": customer.language,
        "context": facts(customer)
        | {
            "link": link_to_accept(customer, invitation.version),
            "expires_on": invitation.expires_on.isoformat(),
        },
        "about": customer.vip_id,
        "reseller": customer.reseller,
    }


def recall_invitation(customer: Customer) -> None:
    """Keep an invitation from going out whose link has died before it was sent."""
    outbox.recall(template="customer_invited", about=customer.vip_id, reseller=customer.reseller)


def post_invitation(customer: Customer, invitation: Invitation) -> Email:
    """Queue the invitation email."""
    return outbox.post(**invitation_draft(customer, invitation))


def welcome_draft(customer: Customer, user: User, membership: Membership) -> outbox.Draft:
    """Return the welcome to a person who has just become a VIP admin."""
    return {
        "template": "admin_welcome",
        "key": f"admin_welcome:{membership.pk}",
        "to_address": user.email,
        "to_name": user.name,
        "language": user.language,
        "context": facts(customer) | {"member_path": customer.get_member_url()},
        "about": customer.vip_id,
        "reseller": customer.reseller,
    }


def acceptance_draft(customer: Customer, terms: VipTerms, *, by: User, to: User) -> outbox.Draft:
    """Return the news, to the colleague responsible, that `by` accepted the terms."""
    return draft_to_colleague(
        customer,
        to,
        template="terms_accepted",
        key=f"terms_accepted:{customer.vip_id}:{terms.version}",
        context={"accepted_by": by.name, "accepted_by_email": by.email, "version": terms.version},
    )


def acceptance_drafts(customer: Customer, terms: VipTerms, *, by: User) -> list[outbox.Draft]:
    """Return the same to the person who is responsible for the customer, if anyone is."""
    manager = responsible_managers(customer.reseller)(customer)
    return [acceptance_draft(customer, terms, by=by, to=manager)] if manager is not None else []


def draft_to_colleague(
    customer: Customer, to: User, *, template: str, key: str, context: dict[str, object]
) -> outbox.Draft:
    """Return an email about the customer to a colleague of its reseller."""
    return {
        "template": template,
        "key": key,
        "to_address": to.email,
        "to_name": to.name,
        "language": to.language,
        "context": facts(customer) | context,
        "about": customer.vip_id,
        "reseller": customer.reseller,
    }


def drafts_to_manager(
    customer: Customer, *, template: str, key: str, context: dict[str, object]
) -> list[outbox.Draft]:
    """Return an email to the person who is responsible for the customer, if anyone is."""
    manager = responsible_managers(customer.reseller)(customer)
    if manager is None:
        return []
    return [draft_to_colleague(customer, manager, template=template, key=key, context=context)]
