"""Django's handle of the app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The app `customers`."""

    name = "customers"
    label = "customers"
    verbose_name = "Customers"
