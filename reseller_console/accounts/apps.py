"""Django's handle of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "reseller_console.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Say how the links of invited colleagues are made."""
        from notifications import secret_links
        from reseller_console.accounts.links import PURPOSE, path_for

        secret_links.register(PURPOSE, path_for)
