"""Django's handle of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "reseller_console.accounts"
    label = "accounts"
    verbose_name = "People"
