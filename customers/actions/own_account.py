"""What VIP admins change about their own account; password and language are the accounts' own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from customers.activity import CustomerKind
from customers.models import CustomerEvent, Membership
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


def change_name(person: User, *, name: str, by: User) -> User:
    """Call a member by another name from now on, on every page and in every letter.

    What was signed before keeps the name it was signed with. Each customer the member is
    admin of gets to know; the same name again changes nothing. Raises ActionRefused with
    code "not_own" for anybody else's account.
    """
    if person.pk != by.pk or not by.is_member:
        raise ActionRefused(_("You change only your own name."), code="not_own")
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        old = person.name
        if name == old:
            return person
        person.name = name
        person.save(update_fields=["name"])
        CustomerEvent.objects.bulk_create(
            CustomerEvent(
                reseller_id=membership.reseller_id,
                customer_id=membership.customer_id,
                by=person,
                kind=CustomerKind.ADMIN_RENAMED,
                details={"old": old, "new": name},
            )
            for membership in Membership.objects.of(person)
        )
    return person
