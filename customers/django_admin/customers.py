"""Customers for ops: corrections with a reason, every look written down."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.actions.correct import ADDRESS, CONTACT, correct_customer
from customers.actions.look import record_view
from customers.actions.returned import close_request
from customers.actions.team import deactivate
from customers.django_admin.members import MEMBER_INLINES, close, reopen
from customers.django_admin.persons import CustomersInline
from customers.forms.correction import CorrectionForm
from customers.invitations.status import InvitationStatus
from customers.models import CorrectionRequest, Customer, CustomerEvent, Invitation, standing_today
from customers.standing import BY_SLUG, FILTERS
from reseller_console.accounts.activity import sentence
from reseller_console.accounts.django_admin.people import PersonAdmin
from reseller_console.accounts.models import Role, User
from reseller_console.accounts.signed_in import signed_in
from reseller_console.lib.admin_choices import named
from reseller_console.lib.django_admin import CorrectableAdmin, FactsAdmin, StateFilter
from reseller_console.lib.lists import cleaned, matching
from reseller_console.lib.wording import long_date


class StandingFilter(admin.SimpleListFilter):
    """The filters of the left rail, each customer judged by its own reseller's today."""

    title = gettext_lazy("standing")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the filters beside "All"."""
        return [(entry.slug, str(entry.label)) for entry in FILTERS if entry.slug]

    def queryset(self, request: HttpRequest, customers: QuerySet) -> QuerySet:
        """Return the customers in the chosen filter."""
        entry = BY_SLUG.get(self.value() or "")
        if entry is None or not entry.slug:
            return customers
        return customers.filter(standing_today(entry))


class InvitationFilter(StateFilter):
    """The invitation's status on each reseller's own today."""

    title = gettext_lazy("VIP Invitation status")
    parameter_name, annotation = "invitation", "invitation_state"
    states = InvitationStatus


@admin.register(Customer)
class CustomerAdmin(CorrectableAdmin):
    """Every reseller's customers."""

    form = CorrectionForm
    list_display = ("vip_id", "name", "reseller", "segment", "anniversary_shown", "invitation")
    list_display_links = ("vip_id", "name")
    list_filter = (StandingFilter, InvitationFilter, named("reseller"))
    list_select_related = ("reseller",)
    search_fields = ("vip_id",)
    search_help_text = gettext_lazy("Name, contact, VIP ID, PA, PO or order number.")
    ordering = ("-id",)
    sortable_by = ()
    inlines = MEMBER_INLINES
    readonly_fields = (
        *("vip_id", "reseller", "offerings_in_words", "managed_by", "invited_by", "invited_on"),
        *("invitation", "invitation_expires_on", "accepted_at", "withdrawn_at"),
        *("anniversary_shown", "custom_anniversary_on", "standing_in_words"),
    )
    fieldsets = (
        (None, {"fields": ("vip_id", "reseller", "name", "segment", "offerings_in_words")}),
        (gettext_lazy("Address"), {"fields": ADDRESS}),
        (gettext_lazy("Contact"), {"fields": CONTACT}),
        (gettext_lazy("Correction"), {"fields": ("reason",)}),
        (
            gettext_lazy("Today, on the reseller's calendar"),
            {"fields": ("standing_in_words", "anniversary_shown", "custom_anniversary_on")},
        ),
        (
            gettext_lazy("Invitation"),
            {
                "fields": (
                    *("invitation", "invited_on", "invited_by", "managed_by"),
                    *("invitation_expires_on", "accepted_at", "withdrawn_at"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return customers with anniversary date and invitation status of today."""
        return Customer.objects.shown_today().order_by(*self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Return the customers the search of the Customers page would find."""
        return queryset.filter(matching(cleaned(search_term))), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Show the customer, and write down who looked."""
        response = super().change_view(request, object_id, form_url, extra_context)
        shown = request.method == "GET" and response.status_code == 200
        customer = self.get_object(request, object_id) if shown else None
        if customer is not None:
            record_view(customer, what=_("the customer"), by=signed_in(request))
        return response

    def save_model(
        self, request: HttpRequest, obj: Customer, form: forms.ModelForm, change: bool
    ) -> None:
        """Correct through the verb, with what was there before."""
        changes = {name: form.cleaned_data[name] for name in form.fields if name != "reason"}
        correct_customer(
            Customer.objects.select_related("reseller__program").get(pk=obj.pk),
            changes=changes,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            day=obj.reseller.day(),
        )

    @admin.display(description=gettext_lazy("Anniversary date"))
    def anniversary_shown(self, customer: Customer) -> str:
        """Return the anniversary date that holds today."""
        date = customer.anniversary
        return long_date(date) if date else "–"

    @admin.display(description=gettext_lazy("VIP Invitation status"))
    def invitation(self, customer: Customer) -> str:
        """Return the invitation's status."""
        return str(InvitationStatus(customer.invitation_state).label)

    @admin.display(description=gettext_lazy("Types"))
    def offerings_in_words(self, customer: Customer) -> str:
        """Return the offering types."""
        return ", ".join(customer.offering_labels())

    @admin.display(description=gettext_lazy("Standing"))
    def standing_in_words(self, customer: Customer) -> str:
        """Return the filters of the left rail the customer is in."""
        one, day = Customer.objects.filter(pk=customer.pk), customer.reseller.day()
        inside = [entry for entry in FILTERS if entry.slug and one.standing(entry, day).exists()]
        return ", ".join(str(entry.label) for entry in inside) or "–"


@admin.register(CustomerEvent)
class CustomerEventAdmin(FactsAdmin):
    """What happened to customers; written once."""

    list_display = ("at", "reseller", "customer", "by", "in_words")
    list_filter = (named("reseller"),)
    list_select_related = ("reseller", "customer", "by")
    whole = ("customer__vip_id",)
    search_help_text = gettext_lazy("A full VIP ID.")
    ordering = ("-id",)
    sortable_by = ()

    @admin.display(description=gettext_lazy("What"))
    def in_words(self, event: CustomerEvent) -> str:
        """Return what happened."""
        return sentence(event)


@admin.register(Invitation)
class InvitationAdmin(FactsAdmin):
    """Links that went to contacts; the hashes of their secrets stay unseen."""

    list_display = ("customer", "reseller", "version", "sent_on", "expires_on", "superseded_at")
    list_select_related = ("customer", "reseller")
    list_filter = (named("reseller"),)
    whole = ("customer__vip_id",)
    search_help_text = gettext_lazy("A full VIP ID.")
    ordering = ("-id",)
    sortable_by = ()
    exclude = ("token_hash",)


class OpenFilter(admin.SimpleListFilter):
    """Whether ops still have to answer; what is open is shown unless asked otherwise."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the two states."""
        return [("open", _("Open")), ("closed", _("Closed"))]

    def queryset(self, request: HttpRequest, requests: QuerySet) -> QuerySet:
        """Return the requests in the chosen state."""
        if self.value() not in ("open", "closed"):
            return requests
        return requests.filter(closed_at__isnull=self.value() == "open")


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(FactsAdmin):
    """What managers ask to have corrected; correcting the customer closes it."""

    list_display = ("asked_at", "to_correct", "reseller", "asked_by", "note", "closed_at", "answer")
    list_filter = (OpenFilter, named("reseller"))
    list_select_related = ("customer", "reseller", "asked_by")
    whole = ("customer__vip_id",)
    search_help_text = gettext_lazy("A full VIP ID.")
    ordering = ("-asked_at", "-id")
    sortable_by = ()
    actions = ("close_requests",)

    @admin.display(description=gettext_lazy("Customer to correct"))
    def to_correct(self, request: CorrectionRequest) -> str:
        """Return the customer, as a link to the form that corrects it."""
        path = reverse("admin:customers_customer_change", args=[request.customer_id])
        return format_html('<a href="{}">{}</a>', path, request.customer)

    @admin.action(description=gettext_lazy("Close: nothing is to be corrected"))
    def close_requests(self, request: HttpRequest, rows: QuerySet[CorrectionRequest]) -> None:
        """Close requests without a correction; who asked gets an email."""
        by = signed_in(request)
        rows = rows.select_related("customer__reseller__program", "asked_by")
        self.carry_out(
            request, rows, lambda row: close_request(row, by=by, day=row.customer.reseller.day())
        )


@admin.register(User)
class ColleagueAdmin(PersonAdmin):
    """People, with the action that gives their customers away; of members, whom they serve."""

    actions = (*PersonAdmin.actions, "deactivate_accounts")

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> list:
        """Return the list of customers for the person who can be VIP admin of some."""
        return [CustomersInline] if obj is not None and obj.is_member else []

    @admin.action(description=gettext_lazy("Deactivate; customers go to the primary admin"))
    def deactivate_accounts(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Close accounts; of members, warn of customers that have no VIP admin left."""
        by = signed_in(request)

        def act(person: User) -> None:
            if person.is_member:
                close(person, by=by, request=request, model_admin=self)
                return
            primary = User.objects.of(person).filter(role=Role.PRIMARY).first()
            day = person.reseller.day() if person.reseller else None
            deactivate(person, successor=primary, by=by, day=day)

        self.carry_out(request, people, act)

    @admin.action(description=gettext_lazy("Reactivate"))
    def reactivate_accounts(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Open closed accounts again, colleagues' and members'."""
        by = signed_in(request)
        self.carry_out(request, people, lambda person: reopen(person, by=by))
