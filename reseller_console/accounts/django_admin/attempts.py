"""Who was refused what belongs to somebody else, for ops."""

from __future__ import annotations

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from reseller_console.accounts.models import AccessAttempt
from reseller_console.lib.admin_choices import named
from reseller_console.lib.django_admin import FactsAdmin


@admin.register(AccessAttempt)
class AccessAttemptAdmin(FactsAdmin):
    """Attempts, one an hour for each person and thing; written once."""

    list_display = ("at", "by", "kind", "what", "reseller", "where", "address")
    list_filter = ("kind", "at", named("reseller"))
    list_select_related = ("by", "reseller")
    search_fields = ("by__email", "=address")
    search_help_text = gettext_lazy(
        "Part of the person's email address, or a complete network address."
    )
    ordering = ("-id",)
    sortable_by = ()
    exclude = ("hour",)

    @admin.display(description=gettext_lazy("What was asked for"))
    def what(self, attempt: AccessAttempt) -> str:
        """Return what was asked for, as a link where the admin shows it."""
        said = f"{attempt.about} {attempt.target}"
        try:
            name = attempt.about.replace(".", "_")
            path = reverse(f"admin:{name}_change", args=[attempt.target])
        except NoReverseMatch:
            return said
        return format_html('<a href="{}">{}</a>', path, said)
