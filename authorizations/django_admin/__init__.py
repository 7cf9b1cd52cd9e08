"""The Django admin of this app, for ops; importing it registers the pages."""

from authorizations.django_admin import persons, programs, purchases

__all__ = ["persons", "programs", "purchases"]
