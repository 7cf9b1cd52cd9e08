"""What an organization has and has requested: `/member/<VIP ID>/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from authorizations.details import Details
from customers.member_doors import MemberRequest, member_door
from customers.models import Customer
from customers.vip_terms import latest_acceptance


@member_door()
def overview(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Show the organization: who it is, its products, what awaits an order, its terms."""
    context = {
        "customer": customer,
        "details": Details(customer, day=request.day),
        "accepted": latest_acceptance(customer),
    }
    return render(request, "member/overview.html", context)
