"""The customers a dialog about several renewals is opened for."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.doors import ColleagueRequest, customers_of
from customers.forms.many import own_customers
from customers.models import Customer

MOST_CUSTOMERS = 100


def chosen_customers(request: ColleagueRequest) -> list[Customer]:
    """Return the customers that `customer=` names, each once, by name.

    Raises ValidationError for none, for more than 100, and for a VIP ID that is not one of
    the person's own customers.
    """
    sent = request.POST if request.method == "POST" else request.GET
    vip_ids = [text.strip().upper() for text in sent.getlist("customer") if text.strip()]
    if not vip_ids:
        raise ValidationError(_("Select at least one customer."))
    found = own_customers(customers_of(request), vip_ids, most=MOST_CUSTOMERS)
    for customer in found:
        customer.reseller = request.reseller
    return sorted(found, key=lambda row: (row.name_sort, row.pk))
