"""Products, purchase authorizations, orders and nights, for ops."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.correct_order import correct_order
from authorizations.models import (
    AuthorizationLine,
    NightlyRun,
    Notice,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
)
from authorizations.rules.reasons import reason_of
from authorizations.rules.status import Status
from customers.actions.look import record_view
from customers.models import Customer
from customers.organization.names import clean_reference
from reseller_console.accounts.signed_in import signed_in
from reseller_console.lib.admin_choices import named
from reseller_console.lib.django_admin import (
    CorrectableAdmin,
    EditableAdmin,
    FactsAdmin,
    FactsInline,
    StateFilter,
)
from reseller_console.tenancy.django_admin.resellers import SegmentsField


class ProductForm(forms.ModelForm):
    """A product as ops type it in."""

    segments = SegmentsField(label=_("Segments"))


@admin.register(Product)
class ProductAdmin(EditableAdmin):
    """The catalog. A product that is gone is retired, never deleted."""

    form = ProductForm
    list_display = (
        *("name", "family", "offering", "unit", "minimum_quantity"),
        *("by_authorization", "counts_toward_discount", "retired_on"),
    )
    list_filter = ("by_authorization", "offering", "unit", "family")
    search_fields = ("name", "family")


class StatusFilter(StateFilter):
    """The state on each reseller's own today."""

    title = _("status")
    parameter_name = annotation = "status"
    states = Status


class AuthorizationLineInline(FactsInline):
    """Products on the PA."""

    model = AuthorizationLine
    fields = ("product", "quantity")


@admin.register(PurchaseAuthorization)
class AuthorizationAdmin(FactsAdmin):
    """Every reseller's purchase authorizations."""

    list_display = ("number", "customer", "reseller", "state", "created_on", "due_on", "order")
    list_filter = (StatusFilter, named("reseller"))
    list_select_related = ("customer", "reseller", "order")
    whole = ("number", "customer__vip_id")
    search_help_text = _("A full PA number or VIP ID.")
    ordering = ("-id",)
    sortable_by = ()
    readonly_fields = ("state", "why", "months", "days")
    inlines = (AuthorizationLineInline,)
    actions = ("cancel_pending",)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Show the PA, and write down at its customer who looked."""
        response = super().change_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id) if response.status_code == 200 else None
        if row is not None:
            record_view(row.customer, what=row.number, by=signed_in(request))
        return response

    @admin.display(description=_("Status"))
    def state(self, row: PurchaseAuthorization) -> str:
        """Return the state on the reseller's today."""
        return str(Status(row.status).label)

    @admin.display(description=_("Why"))
    def why(self, row: PurchaseAuthorization) -> str:
        """Return why it is in that state, until when, and who can change it, as pages say it."""
        reseller = row.reseller
        return str(reason_of(Status(row.status), row, seller=reseller, today=reseller.today()))

    @admin.action(description=_("Cancel (only pending ones)"))
    def cancel_pending(self, request: HttpRequest, rows: QuerySet) -> None:
        """Cancel as the reseller would; the VIP admin is notified."""
        by = signed_in(request)
        self.carry_out(
            request,
            rows.select_related("customer__reseller__program", "reseller__program"),
            lambda row: cancel_authorization(row, by=by, day=row.reseller.day()),
        )


class OrderForm(forms.ModelForm):
    """An order's number and date."""

    class Meta:
        model = Order
        fields = ("number", "ordered_on")

    def clean_number(self) -> str:
        """Return the number as it is stored."""
        number = clean_reference(self.cleaned_data["number"])
        if not number:
            raise ValidationError(_("Enter the order number."))
        return number


class OrderLineInline(FactsInline):
    """What was ordered."""

    model = OrderLine
    fields = ("customer", "product", "authorization", "quantity", "returned", "counts_to")
    readonly_fields = ("returned",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the lines with how many licenses of each were kept."""
        return super().get_queryset(request).with_kept()  # type: ignore[attr-defined]

    @admin.display(description=_("Returned"))
    def returned(self, row: OrderLine) -> int:
        """Return how many of its licenses were returned."""
        return row.quantity - row.kept


@admin.register(Order)
class OrderAdmin(CorrectableAdmin):
    """Orders; number and date can be corrected."""

    form = OrderForm
    list_display = ("number", "reseller", "ordered_on", "recorded_on", "recorded_by")
    list_filter = (named("reseller"),)
    list_select_related = ("reseller", "recorded_by")
    search_fields = ("number",)
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("reseller", "number", "ordered_on", "return_until_on"),
        *("recorded_by", "recorded_on", "recorded_at"),
    )
    readonly_fields = ("reseller", "return_until_on", "recorded_by", "recorded_on", "recorded_at")
    inlines = (OrderLineInline,)

    def lock(self, request: HttpRequest, pk: int) -> None:
        """Lock the customers first, as the verb does, then the order."""
        concerned = OrderLine.objects.filter(order=pk).values("customer")
        customers = Customer.objects.filter(pk__in=concerned).order_by("pk")
        list(customers.select_for_update().values_list("pk"))
        super().lock(request, pk)

    def save_model(
        self, request: HttpRequest, obj: Order, form: forms.ModelForm, change: bool
    ) -> None:
        """Correct through the verb, with what was there before."""
        correct_order(
            Order.objects.select_related("reseller__program").get(pk=obj.pk),
            number=form.cleaned_data["number"],
            ordered_on=form.cleaned_data["ordered_on"],
            by=signed_in(request),
            day=obj.reseller.day(),
        )


@admin.register(NightlyRun)
class NightlyRunAdmin(FactsAdmin):
    """What each night did, and what it had to repair (nothing, normally)."""

    list_display = ("for_day", "reseller", "started_at", "seconds", "drift", "error")
    list_filter = (named("reseller"), "for_day")
    list_select_related = ("reseller",)
    sortable_by = ()


@admin.register(Notice)
class NoticeAdmin(FactsAdmin):
    """The ledger of notices: what was owed, and why it was skipped where it was."""

    list_display = (
        "owed_on",
        "kind",
        "customer",
        "authorization",
        "anniversary_on",
        "skipped_because",
    )
    list_filter = ("kind", named("reseller"))
    list_select_related = ("customer", "authorization")
    whole = ("customer__vip_id",)
    search_help_text = _("A full VIP ID.")
    ordering = ("-id",)
    sortable_by = ()
