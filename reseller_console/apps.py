"""The composition of the project: it may import every app, no app imports it."""

from collections.abc import Sequence

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class ResellerConsoleConfig(AppConfig):
    """Make the Celery application the one that tasks are sent through."""

    name = "reseller_console"
    label = "reseller_console"

    def ready(self) -> None:
        """Load the Celery application; see to limits and privileges with every `migrate`."""
        from django.contrib.admin.models import LogEntry

        from reseller_console import celery  # noqa: F401
        from reseller_console.lib import privileges, retention
        from reseller_console.starting import check_mail, check_python

        checks.register(check_python, checks.Tags.security, deploy=True)
        checks.register(check_mail)

        # Each app with models sends both signals; one of them is enough.
        tenancy = apps.get_app_config("tenancy")
        pre_migrate.connect(_before_migrating, sender=tenancy)
        post_migrate.connect(_after_migrating, sender=tenancy)
        privileges.append_only(LogEntry)
        retention.register_audit("admin_log", LogEntry, instant="action_time")
        checks.register(_database_is_as_it_should, checks.Tags.database)


def _before_migrating(**_signal: object) -> None:
    from reseller_console.lib import limits

    limits.begin_migration()


def _after_migrating(**_signal: object) -> None:
    from reseller_console.lib import limits, privileges, retention

    limits.end_migration()
    privileges.grant()
    limits.keep_in_database()
    retention.keep_in_database()


def _database_is_as_it_should(
    databases: Sequence[str] | None = None, **_options: object
) -> list[checks.CheckMessage]:
    """Compare privileges and limits; for the owner a warning, as `migrate` sets them right."""
    from reseller_console.lib import limits, privileges, retention

    if not databases:
        return []
    found = privileges.deviations() + retention.deviations()
    owner = privileges.current_user() != settings.DATABASE_APP_ROLE
    found += [] if owner else limits.deviations()
    level = checks.WARNING if owner else checks.ERROR
    return [checks.CheckMessage(level, text, hint="Run migrate as the owner.") for text in found]
