"""Django's handle of the app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The app `customers`."""

    name = "customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        """Say how secret links are made, and who minds invitations that came back."""
        from customers.actions.returned import note_return
        from customers.admins import links
        from notifications import secret_links
        from notifications.tracking.returns import came_back

        came_back.connect(note_return, dispatch_uid="customers: invitations that came back")
        secret_links.register(links.PURPOSE, links.path_for)
        secret_links.register(links.ADMIN_PURPOSE, links.admin_path_for)
