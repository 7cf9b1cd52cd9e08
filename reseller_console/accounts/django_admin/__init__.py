"""The Django admin of this app, for ops; importing it registers the pages."""

from reseller_console.accounts.django_admin import attempts, people

__all__ = ["attempts", "people"]
