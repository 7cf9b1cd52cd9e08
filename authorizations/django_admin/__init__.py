"""The Django admin of this app, for ops; importing it registers the pages."""

from authorizations.django_admin import purchases

__all__ = ["purchases"]
