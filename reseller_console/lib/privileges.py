"""What the application role may do to each table, defined once.

Granted as the owner after every `migrate` (`reseller_console.apps`), so that a database which was
restored, or made in whatever way, is as closed as a new one; compared by `manage invariants` and
`manage check --database default`. No privilege comes by default with a new table: a dump is
restored without them, and what tables are born with is not in it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from reseller_console.lib.earlier import SCHEMA

_APPEND_ONLY: set[type[models.Model]] = set()
# How long audits are kept is the owner's to say.
_READ_ONLY = frozenset({"console_retention"})

ORDINARY = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
APPEND_ONLY = frozenset({"SELECT", "INSERT"})
READ_ONLY = frozenset({"SELECT"})
# What is compared; on top of these the role may vacuum and analyze (MAINTAIN).
COMPARED = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

# A privilege on one column is one too many; DELETE and TRUNCATE know no columns.
_HELD = """
SELECT t.tablename, array_agg(p.name) FILTER (WHERE CASE
    WHEN p.name IN ('DELETE', 'TRUNCATE')
    THEN has_table_privilege(r.oid, quote_ident(t.tablename), p.name)
    ELSE has_any_column_privilege(r.oid, quote_ident(t.tablename), p.name) END)
FROM pg_tables t CROSS JOIN unnest(%s::text[]) AS p(name) JOIN pg_roles r ON r.rolname = %s
WHERE t.schemaname = current_schema() GROUP BY 1 ORDER BY 1
"""
_BY_DEFAULT = """
SELECT count(*) FROM pg_default_acl d CROSS JOIN aclexplode(d.defaclacl) a
JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = %s AND d.defaclobjtype = 'r'
"""


def append_only(*tables: type[models.Model]) -> None:
    """Say that rows of these tables stay as they were written (an audit)."""
    _APPEND_ONLY.update(tables)


def expected(table: str) -> frozenset[str]:
    """Return what the application role may do to the rows of a table."""
    if table in _READ_ONLY:
        return READ_ONLY
    audits = {model._meta.db_table for model in _APPEND_ONLY}
    return APPEND_ONLY if table in audits else ORDINARY


def current_user() -> str:
    """Return the role this process works as."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def grant() -> None:
    """Let the application role do what it may, and nothing else; for the owner of the tables.

    Where one role does everything there is nobody to grant it to.
    """
    role = settings.DATABASE_APP_ROLE
    if current_user() == role:
        return
    quote = connection.ops.quote_name
    who = quote(role)
    with transaction.atomic(), connection.cursor() as cursor:
        withhold_defaults(cursor)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {who}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}")
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND pg_has_role(current_user, tableowner, 'USAGE')"
        )
        for (table,) in cursor.fetchall():
            rights = sorted(expected(table))
            if connection.get_database_version() >= (17,):
                rights.append("MAINTAIN")
            cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {who}")
            cursor.execute(f"GRANT {', '.join(rights)} ON {quote(table)} TO {who}")
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [SCHEMA])
        if cursor.fetchone()[0]:
            cursor.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {who}")
            cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {who}")


def withhold_defaults(cursor: CursorWrapper) -> None:
    """Let no table of the current role be born with privileges for the application role."""
    who = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
    for where in ("", " IN SCHEMA public"):
        for kind in ("TABLES", "SEQUENCES"):
            cursor.execute(f"ALTER DEFAULT PRIVILEGES{where} REVOKE ALL ON {kind} FROM {who}")


def deviations() -> list[str]:
    """Return where the application role may do more or less than it should, a line each."""
    if settings.DATABASE_ONE_ROLE:
        return []
    role = settings.DATABASE_APP_ROLE
    found = []
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(COMPARED), role])
        for table, names in cursor.fetchall():
            held, right = frozenset(names or ()), expected(table)
            if more := held - right:
                found.append(f"{role} may {', '.join(sorted(more))} {table}, and must not.")
            if less := right - held:
                found.append(f"{role} may not {', '.join(sorted(less))} {table}, and has to.")
        cursor.execute(_BY_DEFAULT, [role])
        if cursor.fetchone()[0]:
            found.append(f"New tables are born with privileges for {role}.")
    return found
