"""The Django admin of this app, for ops; importing it registers the pages."""

from customers.django_admin import customers, members, persons

__all__ = ["customers", "members", "persons"]
