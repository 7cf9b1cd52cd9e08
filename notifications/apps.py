"""Django's handle of the app."""

from django.apps import AppConfig
from django.conf import settings


class NotificationsConfig(AppConfig):
    """The app `notifications`."""

    name = "notifications"
    label = "notifications"
    verbose_name = "Mail"

    def ready(self) -> None:
        """Refuse to start where anybody could report on emails."""
        from notifications.tracking.webhooks import refuse_open_doors

        refuse_open_doors(settings.MAIL_WEBHOOKS)
