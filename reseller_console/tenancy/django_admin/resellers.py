"""Resellers, for ops. Their programs stand above: what a change means is asked of purchases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reseller_console.lib.admin_choices import named
from reseller_console.lib.django_admin import EditableAdmin
from reseller_console.tenancy.models import Reseller, Segment

LIMITS = (
    "invitations_per_person_hour",
    "invitations_per_person_day",
    "invitations_per_reseller_hour",
    "invitations_per_reseller_day",
)


class SegmentsField(forms.TypedMultipleChoiceField):
    """Market segments as boxes to tick, stored in the order of the list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=Segment.choices, widget=forms.CheckboxSelectMultiple, coerce=str, **kwargs
        )


class ResellerForm(forms.ModelForm):
    """A reseller as ops type it in."""

    segments = SegmentsField(
        label=_("Segments"), help_text=_("The market segments this reseller may sell to.")
    )


@admin.register(Reseller)
class ResellerAdmin(EditableAdmin):
    """The tenants. The first primary admin is invited under People."""

    form = ResellerForm
    list_display = ("name", "program", "time_zone", "segments_in_words", "support_email")
    list_filter = (named("program"),)
    list_select_related = ("program",)
    search_fields = ("name",)
    ordering = ("name",)
    readonly_fields = ("created_at",)
    fieldsets = (
        (None, {"fields": ("name", "program", "time_zone", "segments", "created_at")}),
        (
            _("Limits"),
            {
                "fields": LIMITS,
                "description": _(
                    "Limits on invitation emails. Imported invitations are sent at the team's"
                    " hourly limit."
                ),
            },
        ),
        (
            _("Support"),
            {
                "fields": ("support_chat_url", "support_phone", "support_email"),
                "description": _("Shown to this reseller's people on the help page."),
            },
        ),
    )

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Say in the log what each limit was and what it is now, beside which fields changed."""
        said = super().construct_change_message(request, form, formsets, add)
        moved = [
            f"{name}: {form.initial.get(name)} -> {form.cleaned_data[name]}"
            for name in form.changed_data
            if name in LIMITS
        ]
        return [*said, {"changed": {"fields": moved}}] if moved else said

    @admin.display(description=_("Segments"))
    def segments_in_words(self, reseller: Reseller) -> str:
        """Return the segments by name."""
        return ", ".join(str(Segment(code).label) for code in reseller.segments)
