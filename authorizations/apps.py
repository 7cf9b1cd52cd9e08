"""Django's handle of the app."""

from django.apps import AppConfig


class AuthorizationsConfig(AppConfig):
    """The app `authorizations`."""

    name = "authorizations"
    label = "authorizations"
    verbose_name = "Authorizations"
