"""Django app configuration."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """The app `tenancy`."""

    name = "reseller_console.tenancy"
    label = "tenancy"
    verbose_name = "Resellers"
