"""Django app configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "reseller_console.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Say how the secret links in emails about accounts are made, and what is an audit."""
        from notifications import secret_links
        from reseller_console.accounts import links
        from reseller_console.accounts.models import TeamEvent
        from reseller_console.accounts.signing_in import reset_links
        from reseller_console.lib import privileges

        secret_links.register(links.PURPOSE, links.path_for)
        secret_links.register(reset_links.PURPOSE, reset_links.path_for)
        privileges.append_only(TeamEvent)
