"""What ops see of one VIP admin: the customers the account serves, and which hang on it alone."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from customers.models import Membership
from reseller_console.lib.django_admin import FactsInline


class CustomersInline(FactsInline):
    """The customers of a VIP admin, those of the past included."""

    model = Membership
    fk_name = "user"
    fields = readonly_fields = (
        *("of_customer", "vip_id", "reseller"),
        *("joined_at", "removed_at", "removed_by", "others"),
    )
    ordering = ("removed_at", "joined_at", "id")
    verbose_name_plural = gettext_lazy("Customers of this VIP admin")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Return memberships, the present ones first, and whether another person serves too."""
        others = Membership.objects.active().filter(customer=OuterRef("customer"))
        rows = super().get_queryset(request)
        rows = rows.select_related("customer", "user", "reseller", "removed_by")
        return rows.annotate(has_others=Exists(others.exclude(user=OuterRef("user"))))

    @admin.display(description=gettext_lazy("Customer"))
    def of_customer(self, membership: Membership) -> str:
        """Return the customer, as a link to its page."""
        path = reverse("admin:customers_customer_change", args=[membership.customer_id])
        return format_html('<a href="{}">{}</a>', path, membership.customer)

    @admin.display(description=gettext_lazy("VIP ID"))
    def vip_id(self, membership: Membership) -> str:
        """Return the customer's VIP ID."""
        return membership.customer.vip_id

    @admin.display(description=gettext_lazy("Another person is admin"), boolean=True)
    def others(self, membership: Membership) -> bool | None:
        """Return whether the customer keeps an admin when this account is closed."""
        if membership.removed_at is not None:
            return None
        return membership.has_others
