"""Django app configuration."""

from django.apps import AppConfig
from django.urls import register_converter


class CustomersConfig(AppConfig):
    """The app `customers`."""

    name = "customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        """Say how secret links are made, who minds returned invitations, what addresses hold.

        And what stays as it was written, and whose the things are that addresses name.
        """
        from customers.actions.returned import note_arrival, note_return
        from customers.admins import links
        from customers.admins.memberships import ids_served
        from customers.models import (
            AdminInvitation,
            CorrectionRequest,
            Customer,
            CustomerEvent,
            EarlierCustomer,
            Membership,
            TermsAcceptance,
        )
        from customers.paths import VipIdConverter
        from notifications import secret_links
        from notifications.tracking.returns import arrived, came_back
        from reseller_console.accounts import attempts
        from reseller_console.lib import privileges, retention

        arrived.connect(note_arrival, dispatch_uid="customers: invitations that arrived")
        came_back.connect(note_return, dispatch_uid="customers: invitations that came back")
        secret_links.register(links.PURPOSE, links.path_for)
        secret_links.register(links.ADMIN_PURPOSE, links.admin_path_for)
        register_converter(VipIdConverter, "vip_id")
        privileges.append_only(CustomerEvent, TermsAcceptance)
        retention.register_audit("customer_events", CustomerEvent)
        retention.register("earlier_customers", retention.rows(EarlierCustomer.ended_before))
        retention.register("correction_requests", retention.rows(CorrectionRequest.closed_before))
        attempts.serving(ids_served)
        attempts.names("vip_id", Customer, field="vip_id")
        attempts.names("membership", Membership)
        attempts.names("invitation", AdminInvitation)
