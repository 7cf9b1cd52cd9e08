"""Personal data, for ops: a copy to hand out, and erasing."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from authorizations.actions.erase import check_erasable, erase_person
from authorizations.persons.export import export
from authorizations.persons.found import find
from customers.models import Customer
from reseller_console.accounts.models import Erasure
from reseller_console.accounts.signed_in import signed_in
from reseller_console.lib.django_admin import FactsAdmin
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.typed_text import check_characters


class PersonForm(forms.Form):
    """Whose data it is; a reason only to erase."""

    address = forms.CharField(label=gettext_lazy("Email address"), max_length=240)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        validators=[check_characters],
        help_text=gettext_lazy(
            "Required for erasing: how it was asked for, such as “asked in writing on May 3”."
            " Do not name the person."
        ),
    )


@admin.register(Erasure)
class ErasureAdmin(FactsAdmin):
    """Who erased when; "Add" is where a person's data is downloaded or erased."""

    list_display = ("erased_at", "by", "reason", "counts")
    list_select_related = ("by",)
    fields = ("erased_at", "by", "reason", "counts")
    ordering = ("-id",)
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        """Return whether this person is ops."""
        return request.user.is_superuser

    @method_decorator(csrf_protect)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show the form; download, or name what is erased, then erase it through the verb.

        Not one transaction: it may last.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PersonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            done = (
                self._download(form) if "_download" in request.POST else self._erase(request, form)
            )
            if done is not None:
                return done
        return self._page(request, "person_data", _("A person's data"), form=form)

    def _page(
        self, request: HttpRequest, template: str, title: str, **context: object
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        context |= {**site, "title": title, "opts": self.model._meta}
        return TemplateResponse(request, f"admin/accounts/{template}.html", context)

    def _download(self, form: PersonForm) -> HttpResponse | None:
        found = find(form.cleaned_data["address"])
        if not found:
            form.add_error(
                "address", _("No one with this email address was found. Check the spelling.")
            )
            return None
        answer = JsonResponse(export(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = 'attachment; filename="person.json"'
        return answer

    def _erase(self, request: HttpRequest, form: PersonForm) -> HttpResponse | None:
        try:
            if "_confirmed" not in request.POST:
                return self._confirm(request, form)
            erase_person(**form.cleaned_data, by=signed_in(request))
        except ActionRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
            return None
        self.message_user(
            request, _("The person's name and address were erased."), messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:accounts_erasure_changelist"))

    def _confirm(self, request: HttpRequest, form: PersonForm) -> HttpResponse:
        """Name everything that would be erased, and ask once more."""
        found = check_erasable(**form.cleaned_data, by=signed_in(request))
        where = [
            (_("Account"), [found.account] if found.account else []),
            (_("Contact of"), _named(found.contacts)),
            (_("VIP admin of, in the past too"), _named(row.customer for row in found.memberships)),
            (_("Invited as VIP admin by"), _named(row.customer for row in found.invitations)),
            (_("In the list of people of"), _named(row.customer for row in found.people)),
        ]
        return self._page(
            request,
            "erase_person",
            _("Erase permanently?"),
            form=form,
            names=sorted(set(found.names)),
            addresses=sorted(set(found.addresses)),
            where=[(label, rows) for label, rows in where if rows],
        )


def _named(customers: Iterable[Customer]) -> list[str]:
    """Return customers by name and reseller, each once."""
    return list(dict.fromkeys(f"{row.name} ({row.reseller}, {row.vip_id})" for row in customers))
