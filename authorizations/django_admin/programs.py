"""Programs and their terms, for ops: nothing is saved before what follows from it was shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.django_admin.redating import RedatingPages, redating_path
from authorizations.program_terms.calendars import where_in_force
from authorizations.program_terms.preview import preview
from reseller_console.lib.admin_choices import named
from reseller_console.lib.clock import today_in
from reseller_console.lib.django_admin import EditableAdmin, FactsInline
from reseller_console.lib.lost_updates import GuardedInline
from reseller_console.tenancy.models import Program, ProgramTerms
from reseller_console.tenancy.presets import PRESETS

CONFIRMED, BACK = "_confirmed", "_back"
_NOT_SENT_ON = {"csrfmiddlewaretoken", CONFIRMED, BACK}
DAY_COUNTS = (
    *("order_due_days", "suspended_after_days"),
    *("renewal_opens_days", "renewal_closes_days", "upcoming_days"),
    *("return_days", "invitation_days"),
)


class FirstTermsInline(GuardedInline, admin.StackedInline):
    """The first terms of a new program, under which nothing exists yet."""

    model = ProgramTerms
    extra = min_num = max_num = 1
    can_delete = False


class TermsInline(FactsInline):
    """The terms of a program, newest first; each is changed on a page of its own."""

    model = ProgramTerms
    fields = readonly_fields = ("effective_on", *DAY_COUNTS)
    ordering = ("-effective_on",)
    show_change_link = True


@admin.register(Program)
class ProgramAdmin(EditableAdmin):
    """Programs with their terms; a preset is filled in by an action, and previewed like any."""

    list_display = ("name", "terms_today")
    search_fields = ("name",)
    ordering = ("name",)
    actions = ("thirty_days", "fourteen_days")

    def get_inlines(self, request: HttpRequest, obj: Program | None = None) -> list:
        """Return the form of the first terms, or the terms there are."""
        return [FirstTermsInline] if obj is None else [TermsInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        """Return programs with their terms."""
        return super().get_queryset(request).prefetch_related("terms")

    @admin.display(description=gettext_lazy("Terms in force"))
    def terms_today(self, program: Program) -> str:
        """Return when an order is due and when licenses are suspended, today."""
        terms = ProgramTerms.among(program.terms.all(), today_in("UTC"))
        return f"{terms.order_due_days} / {terms.suspended_after_days}" if terms else "–"

    @admin.action(description=gettext_lazy("New terms from preset “30 days”…"))
    def thirty_days(self, request: HttpRequest, programs: QuerySet[Program]) -> HttpResponse | None:
        """Orders due after 30 days, suspended after 60, upcoming 59 days ahead."""
        return self._filled_in(request, programs, "30 days")

    @admin.action(description=gettext_lazy("New terms from preset “14 days”…"))
    def fourteen_days(
        self, request: HttpRequest, programs: QuerySet[Program]
    ) -> HttpResponse | None:
        """Orders due after 14 days, suspended after 44, upcoming 15 days ahead."""
        return self._filled_in(request, programs, "14 days")

    def _filled_in(
        self, request: HttpRequest, programs: QuerySet[Program], preset: str
    ) -> HttpResponse | None:
        """Lead to the form of new terms that begin today, filled in."""
        if len(programs) != 1:
            self.message_user(request, _("Select one program."), messages.ERROR)
            return None
        begin = {"program": programs[0].pk, "effective_on": today_in("UTC").isoformat()}
        query = urlencode(begin | PRESETS[preset])
        return HttpResponseRedirect(f"{reverse('admin:tenancy_programterms_add')}?{query}")


class TermsForm(forms.ModelForm):
    """Terms as ops type them in; shown once more, with what was typed, on the way back."""

    back = False

    def is_valid(self) -> bool:
        """Return whether it can be previewed or saved."""
        return super().is_valid() and not self.back


class Previewed(Exception):
    """A form is fine and was not confirmed yet: what follows is shown, and nothing saved."""

    def __init__(self, terms: ProgramTerms) -> None:
        super().__init__()
        self.terms = terms


@admin.register(ProgramTerms)
class ProgramTermsAdmin(RedatingPages, EditableAdmin):
    """The numbers of days of programs; a change is previewed, confirmed, then saved."""

    form = TermsForm
    change_form_template = "admin/tenancy/terms_form.html"
    list_display = ("program", "effective_on", "standing", *DAY_COUNTS[:2], "upcoming_days")
    list_display_links = ("program", "effective_on")
    list_filter = (named("program"),)
    list_select_related = ("program",)
    search_fields = ("program__name",)
    ordering = ("program__name", "-effective_on")
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("program", "effective_on")}),
        (gettext_lazy("Purchase authorizations"), {"fields": DAY_COUNTS[:2]}),
        (gettext_lazy("Renewals"), {"fields": DAY_COUNTS[2:5]}),
        (gettext_lazy("Returns and invitations"), {"fields": DAY_COUNTS[5:]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgramTerms]:
        """Return terms with the other ones of their program."""
        return super().get_queryset(request).prefetch_related("program__terms")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the program once there is a row: terms do not move to another one."""
        return ("program",) if obj is not None else ()

    @admin.display(description=gettext_lazy("Standing"))
    def standing(self, terms: ProgramTerms) -> str:
        """Return whether they are in force, past, or still to come."""
        today = today_in("UTC")
        if ProgramTerms.among(terms.program.terms.all(), today) == terms:
            return str(_("In force"))
        return str(_("To come") if terms.effective_on > today else _("Past"))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return the form; it knows whether somebody has come back to it."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.back = BACK in request.POST
        return form

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Return what is to be saved; raises Previewed before it was confirmed."""
        terms = super().save_form(request, form, change)
        if CONFIRMED not in request.POST:
            raise Previewed(terms)
        return terms

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Show the form, what follows from it, or save."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Previewed as previewed:
            return self._preview(request, previewed.terms)

    def _preview(self, request: HttpRequest, terms: ProgramTerms) -> HttpResponse:
        sent = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in _NOT_SENT_ON
            for value in values
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview: %(program)s") % {"program": terms.program},
            "opts": self.model._meta,
            "preview": preview(terms),
            "sent": sent,
            "confirmed": CONFIRMED,
            "back": BACK,
        }
        return TemplateResponse(request, "admin/tenancy/preview_terms.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the terms; say that what exists keeps its dates, and how it would not."""
        super().save_model(request, obj, form, change)
        if not where_in_force(obj):
            return
        said = _("Open purchase authorizations keep the dates they were created with.")
        link = format_html('<a href="{}">{}</a>', redating_path(obj), _("Re-date them…"))
        self.message_user(request, format_html("{} {}", said, link), messages.WARNING)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Say in the log what each number was and what it is now, beside which fields changed."""
        said = super().construct_change_message(request, form, formsets, add)
        moved = [
            f"{name}: {form.initial.get(name)} -> {form.cleaned_data[name]}"
            for name in form.changed_data
            if not add
        ]
        return [*said, {"changed": {"fields": moved}}] if moved else said
