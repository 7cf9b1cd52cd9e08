"""Django app configuration."""

from django.apps import AppConfig
from django.urls import register_converter


class AuthorizationsConfig(AppConfig):
    """The app `authorizations`."""

    name = "authorizations"
    label = "authorizations"
    verbose_name = "Authorizations"

    def ready(self) -> None:
        """Do the part of purchases in every verb; say what addresses hold."""
        from authorizations.actions import around
        from authorizations.paths import AuthorizationNumberConverter
        from customers.actions import frame

        frame.register(entering=around.settle_licenses, leaving=around.refresh_rollup)
        register_converter(AuthorizationNumberConverter, "pa_number")
