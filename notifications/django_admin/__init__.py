"""The Django admin of this app, for ops; importing it registers the pages."""

from notifications.django_admin import emails

__all__ = ["emails"]
