"""The Django admin of this app, for ops; importing it registers the pages."""

from authorizations.django_admin import persons, purchases

__all__ = ["persons", "purchases"]
