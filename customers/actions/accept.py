"""Follow an invitation's link: accept the VIP terms for the customer, or join its admins."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.frame import Work, acting_on
from customers.actions.terms import record_acceptance
from customers.admins.landing import Link, is_for
from customers.admins.vip_terms import terms_in_force
from customers.emails import acceptance_drafts, recall_invitation, welcome_draft
from customers.models import CustomerKind, Membership
from reseller_console.accounts import attempts
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTerms


@dataclass(frozen=True)
class NewAccount:
    """What a person without an account chooses; the address is the invited one."""

    name: str
    password: str
    language: str


def follow_link(
    link: Link, *, by: User | NewAccount, terms: VipTerms | None, language: str
) -> Membership:
    """Make `by` a VIP admin of the link's customer; the link is used up.

    The contact's link accepts `terms`, the version that was shown in `language`, for the
    customer. Raises ActionRefused with code "gone" when the link works no more, "terms"
    when other terms are in force in the meantime, "other_address", "colleague", or "known" when
    a person made an account with the address in the meantime.
    """
    with acting_on([link.customer], by=None, day=link.customer.reseller.day()) as work:
        customer = work.customer
        link = Link(
            type(link.invitation)
            ._default_manager.select_related("customer__reseller", "sent_by")
            .get(pk=link.invitation.pk)
        )
        if not link.works():
            raise ActionRefused(_("This invitation link no longer works."), code="gone")
        if link.is_for_contact and (terms is None or terms != terms_in_force(customer)):
            raise ActionRefused(
                _("The terms have just changed. Read the new version and accept it."), code="terms"
            )
        user = _make_account(link, by) if isinstance(by, NewAccount) else _checked(link, by)
        work.by, now = user, timezone.now()
        link.invitation.used_at = now
        link.invitation.save(update_fields=["used_at"])
        membership = Membership.objects.create(
            reseller_id=customer.reseller_id, customer=customer, user=user, joined_at=now
        )
        if link.is_for_contact and terms is not None:
            _accept(work, terms, by=user, language=language)
        work.event(customer, CustomerKind.ADMIN_JOINED, email=user.email)
        work.email(welcome_draft(customer, user, membership))
    return membership


def _checked(link: Link, user: User) -> User:
    """Return the account locked, so that nobody closes it or makes it a colleague's meanwhile."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.is_member or not user.is_active:
        attempts.refused(link.customer)
        raise ActionRefused(
            _("A colleague of a reseller cannot accept for a customer."), code="colleague"
        )
    if not is_for(link, user):
        attempts.refused(link.customer)
        raise ActionRefused(
            _("This invitation is for %(address)s.") % {"address": link.address},
            code="other_address",
        )
    if Membership.objects.filter(
        customer=link.customer, user=user, removed_at__isnull=True
    ).exists():
        raise ActionRefused(_("You are an admin of this organization already."), code="gone")
    return user


def _make_account(link: Link, account: NewAccount) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(
                link.address,
                account.password,
                name=account.name,
                language=account.language,
                joined_at=timezone.now(),
            )
    except IntegrityError as error:
        if "one_account_per_address" not in str(error):
            raise
        raise ActionRefused(
            _("An account with this address was just created. Sign in with it."), code="known"
        ) from error


def _accept(work: Work, terms: VipTerms, *, by: User, language: str) -> None:
    customer = work.customer
    customer.accepted_at = customer.accepted_at or timezone.now()
    customer.invitation_bounced_at = None
    customer.save(update_fields=["accepted_at", "invitation_bounced_at"])
    record_acceptance(work, terms, by=by, language=language)
    recall_invitation(customer)
    work.email(*acceptance_drafts(customer, terms, by=by))
