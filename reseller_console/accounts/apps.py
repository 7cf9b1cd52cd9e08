"""Django app configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "reseller_console.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Say how secret links in emails are made, what is an audit, what addresses name."""
        from notifications import secret_links
        from notifications.models import Email
        from reseller_console.accounts import attempts, links
        from reseller_console.accounts.models import AccessAttempt, Erasure, TeamEvent, User
        from reseller_console.accounts.signing_in import reset_links, sessions, throttle
        from reseller_console.lib import privileges, retention

        secret_links.register(links.PURPOSE, links.path_for)
        secret_links.register(reset_links.PURPOSE, reset_links.path_for)
        privileges.append_only(TeamEvent, AccessAttempt, Erasure)
        retention.register_audit("team_events", TeamEvent)
        retention.register_audit("access_attempts", AccessAttempt)
        retention.register("sign_in_attempts", retention.rows(throttle.older))
        retention.register("sessions", retention.rows(sessions.ended))
        attempts.names("pk", User, pages="team_")
        attempts.names("pk", Email, pages="mailbox_")
