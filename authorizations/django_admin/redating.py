"""Re-dating open PAs by the terms in force, for ops: listed, confirmed, with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from authorizations.actions.redate import Done, redate_authorizations
from authorizations.program_terms.calendars import where_in_force
from authorizations.program_terms.preview import day_counts
from authorizations.program_terms.redating import file_of, redating
from reseller_console.accounts.signed_in import signed_in
from reseller_console.lib.lists import file_response
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.typed_text import check_characters
from reseller_console.tenancy.models import ProgramTerms

# A request ends before whatever stands in front of the console gives it up.
SECONDS = 20


class RedateForm(forms.Form):
    """Why, and that the list was read."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        validators=[check_characters],
        help_text=gettext_lazy("Account managers read it in the activity of each customer."),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Move these dates. I know that customers can be past due at once.")
    )
    counts = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_counts(self) -> tuple[int, ...]:
        """Return the day counts that were shown; none where the field was tampered with."""
        counts = self.cleaned_data["counts"].split(",")
        return tuple(int(one) for one in counts if one.isascii() and one.isdigit())


def redating_path(terms: ProgramTerms) -> str:
    """Return where open PAs are re-dated by these terms."""
    return reverse("admin:tenancy_programterms_redating", args=[terms.pk])


class RedatingPages(admin.ModelAdmin):
    """Adds to the admin of terms the page that re-dates, and its list as a file."""

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses, those of re-dating first."""
        view, name = self.admin_site.admin_view, "tenancy_programterms_redating"
        own = [
            path("<path:object_id>/redating/", view(self.redating_view), name=name),
            path("<path:object_id>/redating.csv", view(self.redating_file), name=f"{name}_file"),
        ]
        return [*own, *super().get_urls()]

    def redating_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List what moves; re-date, once there is a reason and it is confirmed."""
        terms = self._terms(request, object_id)
        form = RedateForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                done = redate_authorizations(
                    terms,
                    reason=form.cleaned_data["reason"],
                    counts=form.cleaned_data["counts"],
                    by=signed_in(request),
                    seconds=SECONDS,
                )
            except ActionRefused as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                return self._redated(request, terms, done, form.cleaned_data["reason"])
        return self._redating_page(request, terms, form)

    def redating_file(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Return the whole list as a file."""
        terms = self._terms(request, object_id)
        return file_response(request, file_of(terms), "csv", back=redating_path(terms))

    def _terms(self, request: HttpRequest, object_id: str) -> ProgramTerms:
        if not request.user.is_superuser:
            raise PermissionDenied
        terms: Any = self.get_object(request, object_id)
        if terms is None:
            raise Http404
        return terms

    def _redated(
        self, request: HttpRequest, terms: ProgramTerms, done: Done, reason: str
    ) -> HttpResponse:
        """Write into the log of the admin what was done, and say it."""
        said = ngettext(
            "%(count)d purchase authorization was re-dated.",
            "%(count)d purchase authorizations were re-dated.",
            done.authorizations,
        ) % {"count": done.authorizations}
        if done.authorizations:
            self.log_change(request, terms, f"{said} {reason}")
        self.message_user(request, said, messages.SUCCESS)
        if done.left:
            more = ngettext(
                "%(count)d customer is left: press the button again.",
                "%(count)d customers are left: press the button again.",
                done.left,
            ) % {"count": done.left}
            self.message_user(request, more, messages.WARNING)
        return HttpResponseRedirect(redating_path(terms))

    def _redating_page(
        self, request: HttpRequest, terms: ProgramTerms, form: RedateForm
    ) -> HttpResponse:
        form.initial["counts"] = ",".join(map(str, terms.counts))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Re-date open purchase authorizations"),
            "subtitle": str(terms),
            "opts": self.model._meta,
            "terms": terms,
            "counts": day_counts(None, terms),
            "in_force": bool(where_in_force(terms)),
            "redating": redating(terms),
            "form": form,
        }
        return TemplateResponse(request, "admin/tenancy/redating.html", context)
