"""Who is VIP admin: invite further ones, remove one, hand over to another."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.as_admin import acting_as_admin
from customers.actions.frame import Work
from customers.actions.sending_limits import check_admins
from customers.admins.emails import (
    handing_over_drafts,
    post_admin_invitation,
    recall_admin_invitation,
    removal_draft,
)
from customers.admins.links import admin_token_for, token_hash
from customers.models import (
    AdminInvitation,
    AdminInvitationQuerySet,
    Customer,
    CustomerKind,
    Membership,
)
from notifications.tracking import suppressions
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day

# Of one customer, together with the invitations that still work.
MOST_ADMINS = 10


@dataclass(frozen=True)
class AdminDetails:
    """What is typed about a further admin, cleaned."""

    first_name: str
    last_name: str
    address: str
    language: str


def invite_admin(
    customer: Customer, *, details: AdminDetails, by: User, day: Day
) -> AdminInvitation:
    """Invite a further admin by an email with a link; a link sent before is dead.

    The link works for the program's days. Raises ActionRefused with code "not_admin",
    at the field address with "oneself", "admin", "unfit" (an account that can never be a
    member's, or is closed), "suppressed" (emails came back) or "too_often", and with
    "too_many" beyond `MOST_ADMINS`.
    """
    with acting_as_admin(customer, by=by, day=day) as work:
        return _invite(work, details, by=by)


def resend_admin_invitation(invitation: AdminInvitation, *, by: User, day: Day) -> AdminInvitation:
    """Send a new link to a person who was invited; also when the old one has expired.

    Raises ActionRefused with code "gone" when it was used, replaced or withdrawn
    in the meantime, and as `invite_admin` does.
    """
    details = AdminDetails(
        invitation.first_name, invitation.last_name, invitation.address, invitation.language
    )
    with acting_as_admin(invitation.customer, by=by, day=day) as work:
        refuse_unless_open(invitation)
        return _invite(work, details, by=by)


def withdraw_admin_invitation(
    invitation: AdminInvitation, *, by: User, day: Day
) -> AdminInvitation:
    """Take an invitation back: its link is dead, and an email that still waits is not sent.

    Raises ActionRefused with code "not_admin", or "gone" as `resend_admin_invitation` does.
    """
    with acting_as_admin(invitation.customer, by=by, day=day) as work:
        refuse_unless_open(invitation)
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        recall_admin_invitation(invitation)
        work.event(work.customer, CustomerKind.ADMIN_WITHDRAWN, email=invitation.address)
    return invitation


def remove_admin(membership: Membership, *, by: User, day: Day) -> Membership:
    """End a person's admin membership; they get an email, and 404 from now on.

    Nothing else ends: requests and licenses are the organization's. Raises ActionRefused
    with code "not_admin", "gone" (ended already), and for oneself "last" or "oneself".
    """
    with acting_as_admin(membership.customer, by=by, day=day) as work:
        membership = current(membership)
        if membership.user_id == by.pk:
            raise _stays(work.customer, by)
        end(membership, by=by)
        work.event(work.customer, CustomerKind.ADMIN_REMOVED, email=membership.user.email)
        work.email(removal_draft(membership, by=by))
    return membership


def hand_over(customer: Customer, *, to: Membership, by: User, day: Day) -> Membership:
    """Leave the organization to another active admin: `by` is admin no more.

    The others who stay get an email. Raises ActionRefused with code "not_admin", or at the
    field `to` with "oneself", "gone" or "closed" (an account that cannot sign in).
    """
    with acting_as_admin(customer, by=by, day=day) as work:
        customer = work.customer
        own = Membership.objects.of(by).select_related("user").get(customer=customer)
        _check_successor(customer, to, by=by)
        own.customer = customer
        end(own, by=by)
        work.event(customer, CustomerKind.ADMIN_HANDED_OVER, email=to.user.email)
        staying = Membership.objects.active().filter(customer=customer).select_related("user")
        work.email(*handing_over_drafts(own, to=to, staying=[row.user for row in staying]))
    return own


def current(membership: Membership) -> Membership:
    """Return the membership of a locked customer as it is now.

    Raises ActionRefused with code "gone" when it has ended.
    """
    rows = Membership.objects.filter(pk=membership.pk, removed_at__isnull=True)
    found = rows.select_related("user", "customer__reseller", "customer__managed_by").first()
    if found is None:
        raise ActionRefused(
            _("%(name)s is no longer a VIP admin.") % {"name": membership.user}, code="gone"
        )
    return found


def end(membership: Membership, *, by: User) -> None:
    """Write down that a membership of a locked customer ends now."""
    membership.removed_at, membership.removed_by = timezone.now(), by
    membership.save(update_fields=["removed_at", "removed_by"])


def refuse_unless_open(invitation: AdminInvitation) -> None:
    """Raise ActionRefused "gone" unless the link of a locked customer waits to be followed."""
    if not AdminInvitation.objects.in_force().filter(pk=invitation.pk).exists():
        raise ActionRefused(
            _("The invitation of %(name)s is no longer open.") % {"name": invitation.name},
            code="gone",
        )


def _invite(work: Work, details: AdminDetails, *, by: User) -> AdminInvitation:
    customer, address = work.customer, details.address
    _check_address(customer, address, by=by)
    _check_room(customer, address, day=work.day)
    _check_reached(customer, address)
    check_admins(customer, address, by=by, field="address")
    again = _links(customer, address).in_force().exists()
    invitation = _send(customer, details, by=by, day=work.day)
    kind = CustomerKind.ADMIN_RESENT if again else CustomerKind.ADMIN_INVITED
    work.event(customer, kind, email=address)
    return invitation


def _check_address(customer: Customer, address: str, *, by: User) -> None:
    account = User.objects.with_address(address).first()
    if account is None:
        return
    code = sentence = ""
    if account.pk == by.pk:
        code, sentence = "oneself", _("This is your own address.")
    elif Membership.objects.of(account).filter(customer=customer).exists():
        code, sentence = "admin", _("%(address)s is a VIP admin of this organization already.")
    elif not account.is_member or not account.is_active:
        # Whose account it is stays between that person and the console.
        code = "unfit"
        sentence = _("%(address)s cannot be invited. Ask this person for another address.")
    if code:
        raise ActionRefused(sentence % {"address": address}, field="address", code=code)


def _check_room(customer: Customer, address: str, *, day: Day) -> None:
    links = AdminInvitation.objects.in_force().filter(customer=customer)
    open_ones = links.filter(expires_on__gte=day.today)
    others = open_ones.exclude(address_key=address_key(address)).count()
    if Membership.objects.active().filter(customer=customer).count() + others >= MOST_ADMINS:
        raise ActionRefused(
            _(
                "An organization has at most %(most)d VIP admins, open invitations included."
                " Remove an admin or withdraw an invitation first."
            )
            % {"most": MOST_ADMINS},
            code="too_many",
        )


def _check_reached(customer: Customer, address: str) -> None:
    if suppressions.in_force(customer.reseller_id, address).exists():
        raise ActionRefused(
            _(
                "Emails to %(address)s came back, so nothing is sent there. Check the address;"
                " if it is right, ask your reseller to have it cleared."
            )
            % {"address": address},
            field="address",
            code="suppressed",
        )


def _links(customer: Customer, address: str) -> AdminInvitationQuerySet:
    """Return every link that was sent to this address for the customer."""
    return AdminInvitation.objects.filter(customer=customer, address_key=address_key(address))


def _send(customer: Customer, details: AdminDetails, *, by: User, day: Day) -> AdminInvitation:
    links, key = _links(customer, details.address), address_key(details.address)
    newest = links.select_related("customer__reseller", "email").order_by("-version").first()
    links.filter(superseded_at__isnull=True).update(superseded_at=timezone.now())
    if newest is not None:
        recall_admin_invitation(newest)
    version = newest.version + 1 if newest else 1
    invitation = AdminInvitation(
        reseller_id=customer.reseller_id,
        customer=customer,
        **asdict(details),
        address_key=key,
        version=version,
        token_hash=token_hash(admin_token_for(customer.vip_id, key, version)),
        sent_by=by,
        sent_on=day.today,
        expires_on=day.after(day.terms.invitation_days),
    )
    invitation.email = post_admin_invitation(invitation)
    invitation.save()
    return invitation


def _stays(customer: Customer, by: User) -> ActionRefused:
    others = Membership.objects.active().filter(customer=customer).exclude(user=by)
    if others.exists():
        return ActionRefused(_("To leave, hand over to another VIP admin."), code="oneself")
    return ActionRefused(
        _("You are the only VIP admin, and every organization needs one. Invite another first."),
        code="last",
    )


def _check_successor(customer: Customer, to: Membership, *, by: User) -> None:
    if to.user_id == by.pk:
        raise ActionRefused(_("Choose another person."), field="to", code="oneself")
    found = Membership.objects.filter(pk=to.pk, customer=customer, removed_at__isnull=True)
    person = found.select_related("user").first()
    if person is None:
        raise ActionRefused(
            _("%(name)s is no longer a VIP admin.") % {"name": to.user}, field="to", code="gone"
        )
    if not person.user.is_active:
        raise ActionRefused(
            _("The account of %(name)s is closed. Choose another person.") % {"name": to.user},
            field="to",
            code="closed",
        )
