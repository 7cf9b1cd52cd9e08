"""Django's handle of the app."""

from django.apps import AppConfig


class AuthorizationsConfig(AppConfig):
    """The app `authorizations`."""

    name = "authorizations"
    label = "authorizations"
    verbose_name = "Authorizations"

    def ready(self) -> None:
        """Do the part of purchases in every verb."""
        from authorizations.actions import around
        from customers.actions import frame

        frame.register(entering=around.settle_licenses, leaving=around.refresh_rollup)
