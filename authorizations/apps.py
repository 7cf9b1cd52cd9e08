"""Django app configuration."""

from django.apps import AppConfig
from django.urls import register_converter


class AuthorizationsConfig(AppConfig):
    """The app `authorizations`."""

    name = "authorizations"
    label = "authorizations"
    verbose_name = "Authorizations"

    def ready(self) -> None:
        """Do the part of purchases in every verb; say what addresses hold, how long rows stay."""
        from authorizations.actions import around
        from authorizations.models import (
            EarlierAuthorization,
            Order,
            OrderReport,
            Person,
            PurchaseAuthorization,
            RenewalContact,
        )
        from authorizations.night import retention as of_nights
        from authorizations.paths import AuthorizationNumberConverter
        from customers.actions import frame
        from reseller_console.accounts import attempts
        from reseller_console.lib import retention

        frame.register(entering=around.settle_licenses, leaving=around.refresh_rollup)
        register_converter(AuthorizationNumberConverter, "pa_number")
        attempts.names("number", PurchaseAuthorization, field="number")
        attempts.names("order_id", Order)
        attempts.names("report_id", OrderReport)
        attempts.names("person_id", Person)
        of_earlier = retention.rows(EarlierAuthorization.ended_before)
        retention.register("earlier_authorizations", of_earlier)
        retention.register("notices", retention.rows(of_nights.notices))
        retention.register("nights", retention.rows(of_nights.nights))
        retention.register("renewal_contacts", retention.rows(RenewalContact.sent_before))
        retention.register("order_reports", retention.rows(OrderReport.uploaded_before))
