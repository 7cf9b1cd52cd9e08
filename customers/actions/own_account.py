"""What VIP admins change about their own account; password and language are the accounts' own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.member_accounts import locked_customers_of
from customers.activity import CustomerKind
from customers.models import CustomerEvent
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


def change_name(person: User, *, name: str, by: User) -> User:
    """Call a member by another name from now on, on every page and in every email.

    What was signed before keeps the name it was signed with. Each customer the member is
    admin of gets to know; the same name again changes nothing. Raises ActionRefused with
    code "not_own" for anybody else's account.
    """
    if person.pk != by.pk or not by.is_member:
        raise ActionRefused(_("You change only your own name."), code="not_own")
    with transaction.atomic():
        # Customers before accounts, as everywhere: ops may be closing this very account.
        customers = locked_customers_of(person)
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        old = person.name
        if name == old:
            return person
        person.name = name
        person.save(update_fields=["name"])
        CustomerEvent.objects.bulk_create(
            CustomerEvent(
                reseller_id=customer.reseller_id,
                customer=customer,
                by=person,
                kind=CustomerKind.ADMIN_RENAMED,
                details={"old": old, "new": name},
            )
            for customer in customers
        )
    return person
