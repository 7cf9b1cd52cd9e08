"""Correct what is written about a person: ops only, and written down."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reseller_console.accounts.actions.lock import locked_colleague, record
from reseller_console.accounts.activity import TeamKind
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused

CORRECTABLE = ("email", "name", "language")


def correct_person(person: User, *, changes: Mapping[str, str], by: User) -> User:
    """Change name, email address or language of an account.

    Raises ActionRefused with code "not_ops" or "known" (the address is another person's).
    """
    if not by.is_superuser:
        raise ActionRefused(_("Only ops can correct accounts."), code="not_ops")
    with transaction.atomic():
        person, actor = locked_colleague(person, by=by)
        old = {name: getattr(person, name) for name in changes}
        for name in CORRECTABLE:
            setattr(person, name, changes.get(name, getattr(person, name)))
        try:
            with transaction.atomic():
                person.save(update_fields=[*CORRECTABLE])
        except IntegrityError as error:
            if "one_account_per_address" not in str(error):
                raise
            raise ActionRefused(
                _("There is already an account with this address."), field="email", code="known"
            ) from error
        if changes:
            words = ", ".join(sorted(changes))
            record(person, TeamKind.CORRECTED, by=actor, fields=words, old=old, new=dict(changes))
    return person
