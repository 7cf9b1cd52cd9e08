"""Django app configuration."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """The app `tenancy`."""

    name = "reseller_console.tenancy"
    label = "tenancy"
    verbose_name = "Resellers"

    def ready(self) -> None:
        """Say how long forms are known again, and rows of the cache are kept."""
        from reseller_console.lib import retention
        from reseller_console.tenancy import submissions

        retention.register("forms", retention.rows(submissions.older))
        retention.register("cache", retention.ended_in_cache)
