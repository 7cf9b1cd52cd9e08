"""The Django admin of this app, for ops; importing it registers the pages."""

from reseller_console.tenancy.django_admin import resellers

__all__ = ["resellers"]
