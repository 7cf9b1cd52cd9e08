"""The composition of the project: it may import every app, no app imports it."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class ResellerConsoleConfig(AppConfig):
    """Make the Celery application the one that tasks are sent through."""

    name = "reseller_console"
    label = "reseller_console"

    def ready(self) -> None:
        """Load the Celery application in every process that loads Django."""
        from reseller_console import celery  # noqa: F401
        from reseller_console.starting import check_python

        register(check_python, Tags.security, deploy=True)
