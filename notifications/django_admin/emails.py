"""The outbox, for ops: what went out, what became of it, and what to do about the rest.

Beside it what the mail provider reported, and the addresses nothing more is sent to.
"""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notifications.actions import Person, clear_suppression, send_again, skip
from notifications.delivery import Delivery
from notifications.models import Email, Suppression, TrackingEvent
from reseller_console.lib.addresses import address_key
from reseller_console.lib.admin_choices import named
from reseller_console.lib.django_admin import FactsAdmin, StateFilter


def _signed_in(request: HttpRequest) -> Person:
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


class DeliveryFilter(StateFilter):
    """The delivery state."""

    title = _("delivery")
    parameter_name = annotation = "delivery"
    states = Delivery


@admin.register(Email)
class EmailAdmin(FactsAdmin):
    """Every email; secret links are marks here and never addresses."""

    list_display = ("queued_at", "to_address", "template", "about", "reseller", "state", "attempts")
    list_filter = (DeliveryFilter, "queued_at", named("reseller"))
    list_select_related = ("reseller",)
    search_fields = ("to_address", "about", "template")
    search_help_text = _("The beginning of an address or a VIP ID, or the name of an email.")
    sortable_by = ()
    actions = ("send_emails_again", "skip_emails")
    exclude = ("html", "lease")
    readonly_fields = ("state",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Email]:
        """Return emails with their delivery state."""
        return Email.objects.with_delivery()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Email], search_term: str
    ) -> tuple[QuerySet[Email], bool]:
        """Return emails whose recipient, subject of record or kind begins with the term."""
        term = search_term.strip()
        if term:
            queryset = queryset.filter(
                Q(to_address__istartswith=term)
                | Q(about__istartswith=term)
                | Q(template__istartswith=term)
            )
        return queryset, False

    @admin.display(description=_("Delivery"))
    def state(self, email: Email) -> str:
        """Return the delivery state in words."""
        return str(Delivery(email.delivery).label)

    @admin.action(description=_("Send again"))
    def send_emails_again(self, request: HttpRequest, emails: QuerySet[Email]) -> None:
        """Put emails that did not arrive back into the queue."""
        by = _signed_in(request)
        self.carry_out(request, emails, lambda email: send_again(email, by=by))

    @admin.action(description=_("Skip: do not send"))
    def skip_emails(self, request: HttpRequest, emails: QuerySet[Email]) -> None:
        """Take waiting emails out of the queue."""
        by = _signed_in(request)
        self.carry_out(request, emails, lambda email: skip(email, by=by))


class ClearedFilter(admin.SimpleListFilter):
    """Whether the address takes emails again."""

    title = _("in force")
    parameter_name = "cleared"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the two states."""
        return [("no", str(_("Suppressed"))), ("yes", str(_("Cleared")))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Suppression]) -> QuerySet[Suppression]:
        """Return the rows in the chosen state."""
        if self.value() not in ("no", "yes"):
            return rows
        return rows.filter(cleared_at__isnull=self.value() == "no")


@admin.register(Suppression)
class SuppressionAdmin(FactsAdmin):
    """Addresses nothing more is sent to, and those that were cleared."""

    list_display = ("address", "reseller", "reason", "since_at", "cleared_at", "cleared_by")
    list_filter = (ClearedFilter, "reason", named("reseller"))
    list_select_related = ("reseller",)
    search_fields = ("address",)
    search_help_text = _("The beginning of an address.")
    sortable_by = ()
    actions = ("clear_addresses",)
    raw_id_fields = ("email",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        """Return addresses that begin with the term, as addresses are compared."""
        return queryset.filter(address_key__startswith=address_key(search_term)), False

    @admin.action(description=_("Clear: emails may go to the address again"))
    def clear_addresses(self, request: HttpRequest, rows: QuerySet[Suppression]) -> None:
        """Take addresses off the list."""
        by = _signed_in(request)
        self.carry_out(request, rows, lambda row: clear_suppression(row, by=by))


@admin.register(TrackingEvent)
class TrackingEventAdmin(FactsAdmin):
    """What the provider told in the last days; those without an email wait for one."""

    list_display = ("received_at", "provider", "kind", "reason", "email", "words")
    list_filter = ("provider", "kind")
    list_select_related = ("email",)
    search_fields = ("=provider_id",)
    search_help_text = _("The provider's whole name of an email.")
    ordering = ("-received_at", "-id")
    sortable_by = ()
    raw_id_fields = ("email",)
