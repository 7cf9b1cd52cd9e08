"""The peer to beat: Django's own list of the same table, exactly as it comes."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from customers.models import Customer
from reseller_console.urls import urlpatterns as console

PATH = "/default-admin/customers/customer/"


class DefaultCustomerAdmin(admin.ModelAdmin):
    """The columns of the Customers page; nothing else is set."""

    list_display = (
        "name",
        "contact_email",
        "anniversary_on",
        "segment",
        "managed_by",
        "accepted_at",
    )


site = admin.AdminSite(name="default_admin")
site.register(Customer, DefaultCustomerAdmin)

# A root of its own: the site exists in a benchmark and nowhere else.
urlpatterns = [*console, path("default-admin/", site.urls)]
