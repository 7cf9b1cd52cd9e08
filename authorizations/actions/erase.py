"""Erase a person: ops only, with a reason, where nobody needs the person any more."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from authorizations.models import Person
from authorizations.persons.found import Found, find, licenses_held
from authorizations.persons.texts import NAME, erase_texts
from customers.actions.frame import acting_everywhere_on
from customers.models import AdminInvitation, Customer, CustomerKind, Membership
from notifications.models import Email
from notifications.retention import NO_WORDS
from notifications.tracking import suppressions
from reseller_console.accounts.actions.lock import lock_team, record
from reseller_console.accounts.activity import TeamKind
from reseller_console.accounts.models import Erasure, User
from reseller_console.lib import limits
from reseller_console.lib.refusals import ActionRefused


def erase_person(address: str, *, reason: str, by: User) -> Erasure:
    """Replace the name and address of whoever has this address, wherever they are stored.

    What was bought, who did what and when, and that terms were accepted stays, without the name.
    Raises ActionRefused with code "not_ops", "reason", "unknown", or why the person is still
    needed: "active", "manages", "last_admin", "contact", "licenses" or "invited".
    """
    known = check_erasable(address, reason=reason, by=by)
    with limits.own("night"), acting_everywhere_on(known.customers, by=by) as works:
        # Looked at again under the locks.
        found = find(address)
        if found.account and found.account.reseller:
            lock_team(found.account.reseller, by=by)
        _refuse_needed(found)
        erasure = Erasure.objects.create(by=by, reason=reason.strip(), counts=_counts(found))
        for work in works:
            for customer in work.customers:
                _erase_contact(customer, found, erasure)
                work.event(customer, CustomerKind.PERSON_ERASED)
        _erase_rows(found, erasure, by=by)
        _erase_emails(found, erasure)
        erase_texts(found, erasure)
    return erasure


def check_erasable(address: str, *, reason: str, by: User) -> Found:
    """Return where the person is known; raise ActionRefused as `erase_person` does."""
    if not by.is_superuser:
        raise ActionRefused(_("Only ops can do this."), code="not_ops")
    if not reason.strip():
        raise ActionRefused(_("Enter a reason for erasing."), field="reason", code="reason")
    found = find(address)
    _refuse_needed(found)
    return found


def _counts(found: Found) -> dict[str, int]:
    return {
        "account": int(found.account is not None),
        "contact": len(found.contacts),
        "vip_admin": len(found.memberships),
        "invitations": len(found.invitations),
        "people": len(found.people),
    }


def _refuse_needed(found: Found) -> None:
    if not found:
        raise ActionRefused(
            _("No one with this email address was found. Check the spelling."),
            field="address",
            code="unknown",
        )
    for code, sentence in _needs(found):
        raise ActionRefused(sentence, field="address", code=code)


def _needs(found: Found) -> Iterator[tuple[str, str]]:
    """Yield why the person is still needed: what it is called, and what to do first."""
    account = found.account
    if account is not None and account.is_active:
        yield "active", _("The account is active. Deactivate it first.")
    if account is not None and account.managed_customers.exists():
        yield "manages", _("The person manages customers. Assign another account manager first.")
    served = [row.customer for row in found.memberships if row.removed_at is None]
    for customer in served:
        if not _has_admin(customer, besides=account):
            yield (
                "last_admin",
                _("%(name)s has no other VIP admin. Add another one first.") % {"name": customer},
            )
    for customer in found.contacts:
        if customer.withdrawn_at is None and not _has_admin(customer, besides=account):
            yield (
                "contact",
                _("Emails for %(name)s go to this contact. Correct the contact first.")
                % {"name": customer},
            )
    if licenses_held(found):
        yield "licenses", _("The person has licenses. Take them back first.")
    if any(_waits(row) for row in found.invitations):
        yield "invited", _("The person is invited as VIP admin. Withdraw the invitation first.")


def _has_admin(customer: Customer, *, besides: User | None) -> bool:
    admins = Membership.objects.active().filter(customer=customer)
    return admins.exclude(user=besides).exists() if besides else admins.exists()


def _waits(invitation: AdminInvitation) -> bool:
    over = (invitation.used_at, invitation.withdrawn_at, invitation.superseded_at)
    return not any(over)


def _erase_contact(customer: Customer, found: Found, erasure: Erasure) -> None:
    if customer.pk not in {row.pk for row in found.contacts}:
        return
    customer.contact_first_name, customer.contact_last_name = NAME.split()
    customer.contact_email = erasure.placeholder
    customer.save(update_fields=["contact_first_name", "contact_last_name", "contact_email"])


def _erase_rows(found: Found, erasure: Erasure, *, by: User) -> None:
    first, last = NAME.split()
    AdminInvitation.objects.filter(pk__in=[row.pk for row in found.invitations]).update(
        first_name=first,
        last_name=last,
        address=erasure.placeholder,
        address_key=erasure.placeholder,
    )
    for person in found.people:
        person.name, person.address = NAME, erasure.placeholder
        person.derive_keys()
        person.save(update_fields=["name", "address", *Person.DERIVED_FIELDS])
    if found.account is not None:
        _erase_account(found.account, erasure, by=by)


def _erase_account(account: User, erasure: Erasure, *, by: User) -> None:
    served = Membership.objects.filter(user=account, removed_at__isnull=True)
    served.update(removed_at=timezone.now(), removed_by=by)
    account.name, account.email = NAME, erasure.placeholder
    account.set_unusable_password()
    account.save(update_fields=["name", "email", "password"])
    record(account, TeamKind.ERASED, by=by)


def _erase_emails(found: Found, erasure: Erasure) -> None:
    """Take the words out of the emails the person got; what still waits is not sent."""
    theirs = Email.objects.filter(to_address__in=[*found.addresses])
    theirs = theirs | Email.objects.filter(to_address__iexact=found.address)
    theirs.undecided().update(skipped_at=Now(), leased_until_at=None, lease=None)
    theirs.update(**NO_WORDS, words_removed_at=Now(), to_name=NAME, to_address=erasure.placeholder)
    suppressions.keep_digest(found.address, placeholder=erasure.placeholder)
