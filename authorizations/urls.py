"""Addresses of a customer's details and purchases, and of the calendar feed."""

from django.urls import path

from authorizations.views import (
    calendar_feed,
    cancel,
    create,
    details,
    direct,
    give_back,
    notify_renewal,
    order,
    order_many,
    orders,
    renewal_order,
    renewals_order,
    reports,
    workbench,
    worklist,
)

_CUSTOMER = "customers/<vip_id:vip_id>/"
_AUTHORIZATION = f"{_CUSTOMER}authorizations/<pa_number:number>/"

urlpatterns = [
    path(_CUSTOMER, details.details, name="customer_details"),
    path(f"{_CUSTOMER}authorizations/new/", create.create, name="authorization_create"),
    path(f"{_AUTHORIZATION}cancellation/", cancel.cancel, name="authorization_cancellation"),
    path(f"{_AUTHORIZATION}order/", order.record, name="authorization_order"),
    path(f"{_CUSTOMER}orders/new/", direct.record_directly, name="order_directly"),
    path(
        f"{_CUSTOMER}orders/<int:order_id>/correction/",
        order.correct,
        name="order_correction",
    ),
    path("calendar/", calendar_feed.calendar_feed, name="calendar_feed"),
    path("calendar/address/", calendar_feed.replace, name="calendar_feed_address"),
    path("calendar/revocation/", calendar_feed.revoke, name="calendar_feed_revocation"),
    path("calendar/<str:token>.ics", calendar_feed.calendar_file, name="calendar_file"),
    path(f"{_CUSTOMER}renewal/", renewal_order.renewal_order, name="renewal_order"),
    path(
        f"{_CUSTOMER}renewal/notification/",
        notify_renewal.renewal_notification,
        name="renewal_notification",
    ),
    path(
        "renewals/notification/",
        notify_renewal.renewals_notification,
        name="renewals_notification",
    ),
    path("renewals/order/", renewals_order.renewals_order, name="renewals_order"),
    path(f"{_CUSTOMER}orders/<int:order_id>/return/", give_back.give_back, name="order_return"),
    path("orders/", worklist.worklist, name="worklist"),
    path("orders/<int:order_id>/", orders.show, name="order_page"),
    path("orders/reports/", reports.reports, name="order_reports"),
    path("orders/reports/<int:report_id>/", reports.show, name="order_report"),
    path(
        "orders/reports/<int:report_id>/columns/",
        reports.columns,
        name="order_report_columns",
    ),
    path(
        "orders/reports/<int:report_id>/export.csv",
        reports.export,
        {"kind": "csv"},
        name="order_report_export",
    ),
    path(
        "orders/reports/<int:report_id>/export.xlsx",
        reports.export,
        {"kind": "xlsx"},
        name="order_report_export_xlsx",
    ),
    path("orders/new/", order_many.record_for_many, name="orders_new"),
    path("orders/history/", orders.history, name="orders"),
    path("orders/history/export.csv", orders.history_export, {"kind": "csv"}, name="orders_export"),
    path(
        "orders/history/export.xlsx",
        orders.history_export,
        {"kind": "xlsx"},
        name="orders_export_xlsx",
    ),
    path("orders/export.csv", worklist.worklist_export, {"kind": "csv"}, name="worklist_export"),
    path("renewals/", workbench.workbench, name="workbench"),
    path(
        "renewals/export.csv", workbench.workbench_export, {"kind": "csv"}, name="workbench_export"
    ),
    path(
        "renewals/export.xlsx",
        workbench.workbench_export,
        {"kind": "xlsx"},
        name="workbench_export_xlsx",
    ),
    path(
        "orders/export.xlsx",
        worklist.worklist_export,
        {"kind": "xlsx"},
        name="worklist_export_xlsx",
    ),
]
