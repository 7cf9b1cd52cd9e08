"""Every address of the console."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView

from reseller_console.help import help_page


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process serves requests; load balancers ask."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", RedirectView.as_view(pattern_name="customer_list"), name="home"),
    path("accounts/", include("reseller_console.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("notifications.urls")),
    path("help/", help_page, name="help"),
    path("", include("customers.urls")),
    path("", include("authorizations.urls")),
]
