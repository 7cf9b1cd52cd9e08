"""Deleting the demonstration: both resellers with everything of theirs, in one transaction.

The console's own role may not: what happened cannot be undone there. So it is done as the owner
of the tables, table by table, whatever refers to what.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import environ
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from customers.models import StandingTally
from reseller_console.accounts.models import User
from reseller_console.demo.accounts import ACCOUNTS, PROGRAM
from reseller_console.demo.loading import PLANS, Say, refuse_production
from reseller_console.tenancy.models import (
    Program,
    ProgramTerms,
    Reseller,
    VipTerms,
    VipTermsText,
)


def delete(say: Say) -> None:
    """Delete the demonstration and nothing else. Raises NotHere in production."""
    refuse_production()
    with _as_owner():
        members = _rows(User, memberships__reseller__name__in=PLANS)
        ids = list(members.values_list("pk", flat=True))
        resellers = _rows(Reseller, name__in=PLANS)
        # The tally last: deleting customers makes its triggers write rows of the opposite sign.
        for model in sorted(_of_resellers(), key=lambda model: model is StandingTally):
            _delete(_rows(model, reseller_id__in=resellers.values("pk")))
        # Those of members stay where they serve another person's customer.
        _delete(_rows(User, pk__in=ids, memberships=None))
        _delete(_rows(User, email__in=[account.email for account in ACCOUNTS]))
        _delete(resellers)
        # The program goes once no reseller has it; its versions and their words with it.
        unused = _rows(Program, name=PROGRAM, resellers=None).values("pk")
        _delete(_rows(ProgramTerms, program__in=unused))
        _delete(_rows(VipTermsText, terms__program__in=unused))
        _delete(_rows(VipTerms, program__in=unused))
        _delete(_rows(Program, pk__in=unused))
    say("North and South are deleted.")


@contextmanager
def _as_owner() -> Iterator[None]:
    """Be the owner of the tables for the block, in one transaction."""
    owner = environ.Env().db_url_config(settings.DATABASE_OWNER_URL)
    there = {name: owner.get(name, "") for name in ("USER", "PASSWORD", "HOST", "PORT")}
    # The pool is the application's.
    there["OPTIONS"] = {}
    here = {name: connection.settings_dict[name] for name in there}
    connection.close()
    connection.settings_dict.update(there)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # It may take a while.
                cursor.execute("SET LOCAL statement_timeout = 0")
                # What refers to what is looked at when everything is gone.
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            yield
    finally:
        connection.close()
        connection.settings_dict.update(here)


def _of_resellers() -> Iterator[type[models.Model]]:
    """Yield every model whose rows name a reseller."""
    for model in apps.get_models():
        if any(field.column == "reseller_id" for field in model._meta.concrete_fields):
            yield model


def _rows(model: type[models.Model], **which: object) -> models.QuerySet:
    return model._base_manager.filter(**which)


def _delete(rows: models.QuerySet) -> None:
    """Delete rows and nothing that hangs on them, by one statement."""
    rows._raw_delete(rows.db)
