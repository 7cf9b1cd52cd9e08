"""Who may enter a member's page: one decorator in front of every view below `/member/`.

Anonymous people are led to the sign-in page. Anyone who is not an active VIP admin of the
customer, colleagues of its reseller and ops included, gets the 404 of an address that does
not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from customers.admins.memberships import customers_of_admin
from customers.admins.organizations import organizations_of
from customers.doors import View, answered, to_sign_in
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Day


class MemberRequest(HttpRequest):
    """A request behind a member's door.

    `day` is that of the customer's reseller, where the address names a customer;
    `organizations` are those the person serves, fetched when a page asks for them.
    """

    user: User
    day: Day
    organizations: list[Customer]


def member_door(*, write: bool = False) -> Callable[[View], View]:
    """Guard a view of the member's pages.

    The view gets `request` and, where the address names a `vip_id`, the `customer` in its
    place, with `anniversary` and `invitation_state` as `shown_on` annotates them. Nothing
    can be sent to the view unless `write`.
    """
    methods = ("GET", "HEAD", "POST") if write else ("GET", "HEAD")

    def guard(view: View) -> View:
        @wraps(view)
        def entered(request: MemberRequest, **address: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not request.user.is_member:
                raise Http404
            request.organizations = SimpleLazyObject(lambda: organizations_of(request.user))  # type: ignore[assignment]
            if "vip_id" in address:
                address["customer"] = _customer_of(request, str(address.pop("vip_id")))
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return answered(view, request, **address)

        return entered

    return guard


def _customer_of(request: MemberRequest, vip_id: str) -> Customer:
    """Return a customer of the signed-in admin, and give the request its reseller's day.

    Raises Http404, alike for a VIP ID no one has and for another person's customer.
    """
    customers = customers_of_admin(request.user)
    try:
        customer = customers.select_related("reseller", "managed_by").get(vip_id=vip_id)
        request.day = customer.reseller.day()
        shown = Customer.objects.shown_on(request.day).get(pk=customer.pk)
    except Customer.DoesNotExist:
        raise Http404 from None
    shown.reseller, shown.managed_by = customer.reseller, customer.managed_by
    return shown
