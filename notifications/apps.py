"""Django's handle of the app."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class NotificationsConfig(AppConfig):
    """The app `notifications`."""

    name = "notifications"
    label = "notifications"
    verbose_name = "Mail"

    def ready(self) -> None:
        """Refuse to start where anybody could report on emails, or a package is missing.

        Say how long emails are kept.
        Raises SystemExit: every process ends with the one line that says what to do.
        """
        from notifications import retention as of_emails
        from notifications.extras import refuse_missing_backend
        from notifications.tracking import reports
        from notifications.tracking.webhooks import refuse_open_doors
        from reseller_console.lib import retention

        retention.register("email_words", of_emails.remove_words)
        retention.register("emails", retention.rows(of_emails.older))
        retention.register("provider_reports", retention.rows(reports.older))
        try:
            refuse_missing_backend()
            refuse_open_doors(settings.MAIL_WEBHOOKS)
        except ImproperlyConfigured as error:
            raise SystemExit(f"console: {error}") from None
