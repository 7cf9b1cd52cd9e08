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

        Raises SystemExit: every process ends with the one line that says what to do.
        """
        from notifications.extras import refuse_missing_backend
        from notifications.tracking.webhooks import refuse_open_doors

        try:
            refuse_missing_backend()
            refuse_open_doors(settings.MAIL_WEBHOOKS)
        except ImproperlyConfigured as error:
            raise SystemExit(f"console: {error}") from None
