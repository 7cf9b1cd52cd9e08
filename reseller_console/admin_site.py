"""The Django admin of the console, for ops."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ConsoleAdminSite(admin.AdminSite):
    """The admin, entered through the console's own sign-in, which is throttled.

    Colleagues of resellers get 403: they are known, and have no business here.
    """

    site_title = _("Reseller Console")
    site_header = _("Reseller Console: ops")
    index_title = _("Everything")
    site_url = None
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """Lead to the sign-in page of the console and back to where one wanted to go."""
        if request.user.is_authenticated:
            raise PermissionDenied
        wanted = request.GET.get("next", reverse("admin:index"))
        return redirect_to_login(wanted)

    def admin_view(self, view, cacheable: bool = False):
        """Guard a view of the admin: sign in first; colleagues of resellers are turned away."""
        guarded = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return entered

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: object = None
    ) -> HttpResponse:
        """Lead to the one page where passwords are changed."""
        return redirect("account_change_password")
