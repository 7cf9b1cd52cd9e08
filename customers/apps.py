"""Django's handle of the app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The app `customers`."""

    name = "customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        """Say how the secret links of invitation letters are made."""
        from customers import links
        from notifications import secret_links

        secret_links.register(links.PURPOSE, links.path_for)
        secret_links.register(links.ADMIN_PURPOSE, links.admin_path_for)
