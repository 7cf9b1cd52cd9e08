"""What VIP admins change about their own account; password and language are the accounts' own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from customers.actions.member_accounts import acting_on_customers_of
from customers.models import CustomerKind
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


def change_name(person: User, *, name: str, by: User) -> User:
    """Call a member by another name from now on, on every page and in every email.

    What was signed before keeps the name it was signed with. Each customer the member is
    admin of gets to know; the same name again changes nothing. Raises ActionRefused with
    code "not_own" for anyone else's account.
    """
    if person.pk != by.pk or not by.is_member:
        raise ActionRefused(_("You can change only your own name."), code="not_own")
    # Customers before accounts, as everywhere: ops may be closing this very account.
    with acting_on_customers_of(person, by=by) as pairs:
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        old = person.name
        if name == old:
            return person
        person.name = name
        person.save(update_fields=["name"])
        for work, customer in pairs:
            work.event(customer, CustomerKind.ADMIN_RENAMED, old=old, new=name)
    return person
