"""Every address of the console."""

from django.contrib import admin
from django.urls import include, path

from notifications.tracking import webhooks
from reseller_console import health
from reseller_console.accounts.views import home
from reseller_console.help import help_page

handler500 = "reseller_console.errors.server_error"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("healthz/ready", health.ready, name="ready"),
    path("", home, name="home"),
    path("accounts/", include("reseller_console.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("notifications.urls")),
    path("anymail/", include((webhooks.urlpatterns(), "anymail"))),
    path("help/", help_page, name="help"),
    path("", include("customers.urls")),
    path("", include("authorizations.urls")),
    path("member/", include("customers.member_urls")),
    path("member/", include("authorizations.member_urls")),
]
