"""What an organization has, requests and has seen happen: `/member/<VIP ID>/…`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from authorizations.details.page import Details
from authorizations.details.timeline import member_timeline
from authorizations.forms.create import RequestForm
from authorizations.views.create import compose
from customers.admins.doors import MemberRequest, member_door
from customers.admins.vip_terms import latest_acceptance
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_part


@member_door()
def overview(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Show the organization: who it is, its products, what awaits an order, its terms."""
    context = {
        "customer": customer,
        "details": Details(customer, day=request.day),
        "accepted": latest_acceptance(customer),
    }
    return render(request, "member/overview.html", context)


@member_door()
def requests(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Show every purchase authorization, newest first, and what follows the one just made."""
    page = Details(customer, day=request.day, after=request.GET.get("history", ""))
    context = {
        "customer": customer,
        "details": page,
        "created": lambda: page.just_created(request.GET.get("created", "")),
    }
    return render_page_or_part(request, "member/requests.html", context, part="history")


@member_door(write=True)
def request_products(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Choose products and numbers; usable at once, and the reseller is told to order them."""
    return compose(
        request,
        customer,
        template="member/request.html",
        back=customer.get_member_url(),
        form_type=RequestForm,
        leads_to=lambda made: f"{customer.get_member_url()}requests/?created={made.number}",
    )


@member_door()
def activity(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Show what happened to the organization, newest first, as far as it concerns its admins."""
    after = request.GET.get("activity", "")
    context = {
        "customer": customer,
        "page": member_timeline(customer, request.user, after=after),
    }
    return render_page_or_part(request, "member/activity.html", context, part="activity")
