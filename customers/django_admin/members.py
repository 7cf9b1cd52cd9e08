"""VIP admins and their terms, for ops."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.actions.member_accounts import close_account, end_membership, reopen_account
from customers.actions.terms import customers_to_accept, draft_terms, publish_terms
from customers.models import AdminInvitation, Customer, Membership, TermsAcceptance
from reseller_console.accounts.actions.leave import reactivate
from reseller_console.accounts.models import User
from reseller_console.accounts.signed_in import signed_in
from reseller_console.lib.admin_choices import named
from reseller_console.lib.django_admin import EditableAdmin, FactsAdmin, FactsInline
from reseller_console.lib.lost_updates import GuardedInline
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTerms, VipTermsText


class MembershipInline(FactsInline):
    """The customer's admins, those of the past included."""

    model = Membership
    fk_name = "customer"
    fields = readonly_fields = ("user", "joined_at", "removed_at", "removed_by")
    ordering = ("joined_at", "id")
    verbose_name_plural = gettext_lazy("VIP admins")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Return memberships with the people's names."""
        return super().get_queryset(request).select_related("user", "removed_by", "customer")


class AdminInvitationInline(FactsInline):
    """Links to further admins; the hashes of their secrets stay unseen."""

    model = AdminInvitation
    fk_name = "customer"
    fields = readonly_fields = (
        *("address", "sent_by", "sent_on", "expires_on"),
        *("superseded_at", "used_at", "withdrawn_at"),
    )
    ordering = ("-sent_at", "-id")
    verbose_name_plural = gettext_lazy("Invitations of further admins")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdminInvitation]:
        """Return invitations with who sent them."""
        return super().get_queryset(request).select_related("sent_by")


class AcceptanceInline(FactsInline):
    """The versions of the VIP terms that were accepted for the customer."""

    model = TermsAcceptance
    fk_name = "customer"
    fields = readonly_fields = (
        *("terms", "accepted_name", "accepted_by", "accepted_at", "language"),
    )
    ordering = ("-accepted_at", "-id")
    verbose_name_plural = gettext_lazy("Accepted VIP terms")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TermsAcceptance]:
        """Return acceptances with version and person."""
        rows = super().get_queryset(request)
        return rows.select_related("terms__program", "accepted_by", "customer")


MEMBER_INLINES = (MembershipInline, AdminInvitationInline, AcceptanceInline)


@admin.register(Membership)
class MembershipAdmin(FactsAdmin):
    """Who is VIP admin of what."""

    list_display = ("customer", "user", "reseller", "joined_at", "removed_at", "removed_by")
    list_filter = (("removed_at", admin.EmptyFieldListFilter), named("reseller"))
    list_select_related = ("customer", "user", "reseller", "removed_by")
    whole = ("customer__vip_id",)
    search_help_text = gettext_lazy("A full VIP ID.")
    ordering = ("-id",)
    sortable_by = ()
    exclude = ("user_kind",)
    actions = ("end_memberships",)

    @admin.action(description=gettext_lazy("End: not a VIP admin any more"))
    def end_memberships(self, request: HttpRequest, rows: QuerySet[Membership]) -> None:
        """End memberships, and warn of customers that have no one left."""
        by = signed_in(request)
        deserted: list[Customer] = []

        def act(row: Membership) -> None:
            if not end_membership(row, by=by, day=row.customer.reseller.day()):
                deserted.append(row.customer)

        self.carry_out(request, rows.select_related("customer__reseller__program", "user"), act)
        warn_of(deserted, request, self)


def warn_of(deserted: list[Customer], request: HttpRequest, model_admin: admin.ModelAdmin) -> None:
    """Tell ops which customers have no VIP admin now, and what that means."""
    for customer in deserted:
        model_admin.message_user(
            request,
            _(
                "%(name)s (%(vip_id)s) has no VIP admin now: its emails go to %(email)s again,"
                " and its account manager can resend the invitation."
            )
            % {
                "name": customer.name,
                "vip_id": customer.vip_id,
                "email": customer.contact_email,
            },
            messages.WARNING,
        )


def close(person: User, *, by: User, request: HttpRequest, model_admin: admin.ModelAdmin) -> None:
    """Close a member's account and warn of customers that have no one left."""
    warn_of(close_account(person, by=by), request, model_admin)


def reopen(person: User, *, by: User) -> None:
    """Open a closed account again; a member's customers get to know."""
    if person.is_member:
        reopen_account(person, by=by)
    else:
        reactivate(person, by=by)


class TermsTextForm(forms.ModelForm):
    """The words in one language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class TermsTextInline(GuardedInline, admin.StackedInline):
    """The words of a version; typed while it is a draft, only read afterwards."""

    model = VipTermsText
    form = TermsTextForm
    extra = 0
    min_num = 1
    max_num = len(settings.LANGUAGES)

    def has_add_permission(self, request: HttpRequest, obj: VipTerms | None = None) -> bool:
        """Return whether words may be added."""
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: VipTerms | None = None) -> bool:
        """Return whether words may be changed."""
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: VipTerms | None = None) -> bool:
        """Return whether a language may be taken out."""
        return _is_draft(obj) and super().has_delete_permission(request, obj)


class NewTermsForm(forms.ModelForm):
    """A program's first version, or one that is written from nothing."""

    def clean(self) -> dict:
        """Refuse a second draft."""
        typed = super().clean() or self.cleaned_data
        program = typed.get("program")
        if program and program.vip_terms.filter(published_at__isnull=True).exists():
            self.add_error("program", _("This program has a draft already. Edit that one."))
        return typed


@admin.register(VipTerms)
class VipTermsAdmin(EditableAdmin):
    """The VIP terms: a draft is edited and put in force by an action, and stays as it is then."""

    list_display = ("program", "version", "state", "published_at")
    list_filter = (named("program"),)
    list_select_related = ("program",)
    search_fields = ("program__name",)
    ordering = ("program", "-version")
    sortable_by = ()
    inlines = (TermsTextInline,)
    actions = ("publish", "new_draft")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether it can be edited: drafts only."""
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def get_form(
        self,
        request: HttpRequest,
        obj: VipTerms | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[forms.ModelForm]:
        """Return the form; the version counts itself."""
        if obj is None:
            kwargs["form"] = NewTermsForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: VipTerms | None = None) -> tuple[str, ...]:
        """Return the program, and of a known version what it is."""
        return ("program",) if obj is None else ("program", "version", "state", "published_at")

    def get_readonly_fields(self, request: HttpRequest, obj: VipTerms | None = None) -> tuple:
        """Return everything but the words once there is a version."""
        return () if obj is None else ("program", "version", "state", "published_at")

    def save_model(
        self, request: HttpRequest, obj: VipTerms, form: forms.ModelForm, change: bool
    ) -> None:
        """Number a new version."""
        if not change:
            newest = obj.program.vip_terms.aggregate(newest=Max("version"))["newest"] or 0
            obj.version = newest + 1
        super().save_model(request, obj, form, change)

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        """Save the words, unless a person has published them in the meantime."""
        row = VipTerms.objects.select_for_update().get(pk=form.instance.pk)
        if not _is_draft(row):
            raise ActionRefused(_("This version was published in the meantime; its text stays."))
        super().save_formset(request, form, formset, change)

    @admin.display(description=gettext_lazy("State"))
    def state(self, terms: VipTerms) -> str:
        """Return whether it is a draft or was published."""
        return str(_("Draft") if _is_draft(terms) else _("Published"))

    @admin.action(description=gettext_lazy("Publish: put in force"))
    def publish(self, request: HttpRequest, rows: QuerySet[VipTerms]) -> HttpResponse | None:
        """Ask once more, with how many customers have to accept; then publish."""
        if not request.user.is_superuser:
            raise PermissionDenied
        rows = rows.select_related("program")
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Publish VIP terms"),
                "rows": [(row, customers_to_accept(row)) for row in rows],
                "opts": self.model._meta,
            }
            return TemplateResponse(request, "admin/tenancy/publish_terms.html", context)
        by = signed_in(request)

        def act(row: VipTerms) -> None:
            publish_terms(row, by=by)
            count = customers_to_accept(row)
            said = ngettext(
                "%(terms)s is in force; %(count)d customer has to accept it.",
                "%(terms)s is in force; %(count)d customers have to accept it.",
                count,
            ) % {"terms": row, "count": count}
            self.log_change(request, row, said)
            self.message_user(request, said, messages.WARNING)

        self.carry_out(request, rows, act)
        return None

    @admin.action(description=gettext_lazy("New draft from this version"))
    def new_draft(self, request: HttpRequest, rows: QuerySet[VipTerms]) -> None:
        """Copy the words into a draft."""
        by = signed_in(request)

        def act(row: VipTerms) -> None:
            draft = draft_terms(row, by=by)
            self.log_addition(request, draft, _("Draft from %(terms)s") % {"terms": row})

        self.carry_out(request, rows.select_related("program"), act)


def _is_draft(terms: VipTerms | None) -> bool:
    return terms is None or terms.published_at is None
