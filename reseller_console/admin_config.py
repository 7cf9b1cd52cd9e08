"""Django's handle of its admin app."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class ConsoleAdminConfig(AdminConfig):
    """Makes the above the one admin site; takes out what belongs to no one's work here."""

    default_site = "reseller_console.admin_site.ConsoleAdminSite"

    def ready(self) -> None:
        """Find the apps' `django_admin`, and leave out groups and allauth's list of addresses."""
        from allauth.account.models import EmailAddress
        from django.contrib import admin
        from django.contrib.auth.models import Group

        super().ready()
        autodiscover_modules("django_admin", register_to=admin.site)
        for model in (EmailAddress, Group):
            if admin.site.is_registered(model):
                admin.site.unregister(model)
