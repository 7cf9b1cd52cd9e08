"""The Django admin of this app, for ops; importing it registers the pages."""

from reseller_console.accounts.django_admin import people

__all__ = ["people"]
