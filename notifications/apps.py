"""Django's handle of the app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The app `notifications`."""

    name = "notifications"
    label = "notifications"
    verbose_name = "Mail"
