"""Emails about who is VIP admin: the invitation of a further one, and who is one no more."""

from __future__ import annotations

from collections.abc import Iterable

from customers.admins.links import ADMIN_PURPOSE
from customers.emails import facts
from customers.models import AdminInvitation, Customer, Membership
from notifications import outbox
from notifications.models import Email
from reseller_console.accounts.models import User

INVITED, REMOVED, LEFT = "admin_invited", "admin_removed", "admin_left"


def post_admin_invitation(invitation: AdminInvitation) -> Email:
    """Queue the email to a further admin; its secret link is made when it is sent."""
    customer = invitation.customer
    link = {
        "purpose": ADMIN_PURPOSE,
        "vip_id": customer.vip_id,
        "address_key": invitation.address_key,
        "version": invitation.version,
    }
    return outbox.post(
        template=INVITED,
        # An address can be longer than a key; the hash of the link's secret never is.
        key=f"{INVITED}:{invitation.token_hash}",
        to_address=invitation.address,
        to_name=invitation.name,
        language=invitation.language,
        context=facts(customer)
        | {
            "link": {"secret_link": link},
            "expires_on": invitation.expires_on.isoformat(),
            "invited_by": str(invitation.sent_by),
            "invited_by_email": invitation.sent_by.email,
        },
        about=customer.vip_id,
        reseller=customer.reseller,
    )


def recall_admin_invitation(invitation: AdminInvitation) -> None:
    """Keep the email from going out whose link has died before it was sent."""
    if invitation.email is not None:
        outbox.recall(
            template=INVITED,
            about=invitation.customer.vip_id,
            reseller=invitation.customer.reseller,
            key=invitation.email.key,
        )


def removal_draft(membership: Membership, *, by: User) -> outbox.Draft:
    """Return the news to a person that `by` has ended their admin membership."""
    customer, person = membership.customer, membership.user
    return _draft(customer, person, REMOVED, membership, {"removed_by": _known_as(by)})


def handing_over_drafts(
    membership: Membership, *, to: Membership, staying: Iterable[User]
) -> list[outbox.Draft]:
    """Return the news to those who stay that a person handed over to one of them and left."""
    context: dict[str, object] = {"left_by": str(membership.user), "handed_to": str(to.user)}
    return [_draft(membership.customer, person, LEFT, membership, context) for person in staying]


def _draft(
    customer: Customer, person: User, template: str, about: Membership, context: dict[str, object]
) -> outbox.Draft:
    return {
        "template": template,
        "key": f"{template}:{about.pk}:{person.pk}",
        "to_address": person.email,
        "to_name": person.name,
        "language": person.language,
        "context": facts(customer) | {"member_path": customer.get_member_url()} | context,
        "about": customer.vip_id,
        "reseller": customer.reseller,
    }


def _known_as(by: User) -> str:
    """Return the name of an admin; ops act for the console and go without theirs."""
    return str(by) if by.is_member else ""
