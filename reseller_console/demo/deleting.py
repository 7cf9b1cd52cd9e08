"""Deleting the demonstration: both resellers with everything of theirs, in one transaction.

The console's own role may not: what happened cannot be undone there. So it is done as the owner
of the tables, in SQL, from what refers to what is referred to.
"""

from __future__ import annotations

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from customers.models import StandingTally
from reseller_console.demo.accounts import ACCOUNTS, PROGRAM
from reseller_console.demo.loading import PLANS, NotHere, Say

_RESELLERS = sql.SQL("SELECT id FROM tenancy_reseller WHERE name = ANY(%s)")
# The program goes once no reseller has it; its versions and their words with it.
_PROGRAM = (
    """
    DELETE FROM tenancy_programterms WHERE program_id IN ({unused})
    """,
    """
    DELETE FROM tenancy_viptermstext WHERE terms_id IN
        (SELECT id FROM tenancy_vipterms WHERE program_id IN ({unused}))
    """,
    "DELETE FROM tenancy_vipterms WHERE program_id IN ({unused})",
    "DELETE FROM tenancy_program WHERE id IN ({unused})",
)
_UNUSED = sql.SQL(
    "SELECT p.id FROM tenancy_program p WHERE p.name = %s AND NOT EXISTS"
    " (SELECT FROM tenancy_reseller r WHERE r.program_id = p.id)"
)


def delete(say: Say) -> None:
    """Delete the demonstration and nothing else. Raises NotHere in production."""
    if settings.PRODUCTION:
        raise NotHere("In production nothing is deleted.")
    names, database = list(PLANS), connection.settings_dict["NAME"]
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=database) as owner:
        owner.execute("SET CONSTRAINTS ALL DEFERRED")
        members = _members(owner, names)
        _delete_what_is_theirs(owner, names)
        _delete_accounts(owner, members)
        owner.execute("DELETE FROM tenancy_reseller WHERE name = ANY(%s)", [names])
        for statement in _PROGRAM:
            owner.execute(sql.SQL(statement).format(unused=_UNUSED), [PROGRAM])
    say("North and South are deleted.")


def _members(owner: psycopg.Connection, names: list[str]) -> list[int]:
    """Return the accounts of all who are or were VIP admins of their customers."""
    found = owner.execute(
        sql.SQL("SELECT user_id FROM customers_membership WHERE reseller_id IN ({})").format(
            _RESELLERS
        ),
        [names],
    )
    return [user for (user,) in found.fetchall()]


def _delete_what_is_theirs(owner: psycopg.Connection, names: list[str]) -> None:
    """Empty every table that names a reseller of their rows."""
    # The tally last: deleting customers makes its triggers write rows of the opposite sign.
    tables = owner.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE column_name = 'reseller_id' AND table_schema = current_schema()"
        " ORDER BY table_name = %s, table_name",
        [StandingTally._meta.db_table],
    ).fetchall()
    for (table,) in tables:
        owner.execute(
            sql.SQL("DELETE FROM {} WHERE reseller_id IN ({})").format(
                sql.Identifier(table), _RESELLERS
            ),
            [names],
        )


def _delete_accounts(owner: psycopg.Connection, members: list[int]) -> None:
    """Delete accounts to try; those of members stay where they serve somebody else's customer."""
    owner.execute(
        "DELETE FROM accounts_user u WHERE id = ANY(%s)"
        " AND NOT EXISTS (SELECT FROM customers_membership m WHERE m.user_id = u.id)",
        [members],
    )
    emails = [account.email for account in ACCOUNTS]
    owner.execute("DELETE FROM accounts_user WHERE email = ANY(%s)", [emails])
