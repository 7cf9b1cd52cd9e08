"""Database walls that Django's models cannot say, as migration operations."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations


def tenant_key(table: str) -> migrations.RunSQL:
    """Let other tables refer to rows of `table` by (reseller_id, id)."""
    name = f"{table}_tenant_key"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (reseller_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def tenant_reference(table: str, column: str, target: str) -> migrations.RunSQL:
    """Refuse a row of `table` whose `column` points at another reseller's row of `target`."""
    name = f"{table}_{column}_same_tenant"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (reseller_id, {column})"
        f" REFERENCES {target} (reseller_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def append_only(table: str) -> migrations.RunPython:
    """Take the right to change or delete rows of `table` from the application role."""

    def revoke(apps, schema_editor) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            role = settings.DATABASE_APP_ROLE
            if cursor.fetchone()[0] != role:
                cursor.execute(f'REVOKE UPDATE, DELETE ON {table} FROM "{role}"')

    return migrations.RunPython(revoke, migrations.RunPython.noop)


def grants_for_application_role() -> migrations.RunPython:
    """Let the application role work on every table the owner makes from now on.

    Where one role does both (a small installation), nothing needs granting.
    """

    def grant(apps, schema_editor) -> None:
        role = settings.DATABASE_APP_ROLE
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            if cursor.fetchone()[0] == role:
                return
            for statement in (
                f'GRANT USAGE ON SCHEMA public TO "{role}"',
                f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
                f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE"
                f' ON TABLES TO "{role}"',
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES"
                f' TO "{role}"',
            ):
                cursor.execute(statement)

    return migrations.RunPython(grant, migrations.RunPython.noop)
