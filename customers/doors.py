"""Who may enter a page: one decorator in front of every view of a reseller's colleagues.

Anonymous people are led to the sign-in page. Anyone who has no reseller, or asks for another
reseller's customer, gets the 404 of an address that does not exist. A colleague without
the right gets 403, and only after the customer proved to be the own reseller's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from customers.models import Customer, CustomerQuerySet
from customers.standing import NO_PRODUCTS, PAST_DUE, READY, UPCOMING
from reseller_console.accounts.models import User
from reseller_console.lib.htmx import see_other
from reseller_console.tenancy import unsent
from reseller_console.tenancy.models import Day, Reseller

View = Callable[..., HttpResponseBase]


class ColleagueRequest(HttpRequest):
    """A request behind a door: a person of a reseller asks, on that reseller's day."""

    user: User
    reseller: Reseller
    day: Day


def door(
    *, write: bool = False, run_team: bool = False, own: bool = False
) -> Callable[[View], View]:
    """Guard a view of the customers' pages.

    The view gets `request` and, where the address names a `vip_id`, the customer in its
    place, as `Customer.objects.of(user)` shows it on `request.day`. `write` lets in those
    who may change customers, `run_team` those who may change *Managed by*, `own` everyone, to
    what is theirs alone; without any of these the page is only read, and nothing can be sent to it.
    """
    methods = ("GET", "HEAD", "POST") if write or run_team or own else ("GET", "HEAD")

    def guard(view: View) -> View:
        @wraps(view)
        def entered(request: ColleagueRequest, **address: object) -> HttpResponseBase:
            user = request.user
            if not user.is_authenticated:
                return to_sign_in(request)
            if user.reseller is None:
                raise Http404
            request.reseller = user.reseller
            if "vip_id" in address:
                address["customer"] = customer_of(request, str(address.pop("vip_id")))
            if (write and not user.may_write) or (run_team and not user.may_run_team):
                raise PermissionDenied
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return answered(view, request, **address)

        return entered

    return guard


def customers_of(request: ColleagueRequest, *, day: Day | None = None) -> CustomerQuerySet:
    """Return the customers of the signed-in person's reseller, with what pages show of them.

    `holds_nothing` says whether its invitation may be withdrawn while not accepted, `is_ready`,
    `is_upcoming` and `is_late` whether it is in that filter, today or on another `day`.
    """
    day = day or request.day
    return (
        Customer.objects.of(request.user)
        .shown_on(day)
        .annotate(
            holds_nothing=NO_PRODUCTS.when(day),
            is_ready=READY.when(day),
            is_upcoming=UPCOMING.when(day),
            is_late=PAST_DUE.when(day),
        )
        .select_related("managed_by", "invited_by")
    )


def customer_of(request: ColleagueRequest, vip_id: str, *, day: Day | None = None) -> Customer:
    """Return a customer of the signed-in person's reseller, as `customers_of` does.

    Raises Http404, alike for a VIP ID no one has and for another reseller's.
    """
    try:
        customer = customers_of(request, day=day).get(vip_id=vip_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    # The tenant is the person's own, and its program has been read already.
    customer.reseller = request.reseller
    return customer


def answered(view: View, request: HttpRequest, **address: object) -> HttpResponseBase:
    """Let a person who has come in have the page, with what was typed before signing in again."""
    given_back = unsent.give_back(request)
    response = view(request, **address)
    return unsent.as_shown(response) if given_back else response


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page; a dialog that was asked for comes back as its page.

    What was typed in a form that was sent is there again afterwards.
    """
    unsent.keep(request)
    return see_other(request, redirect_to_login(request.get_full_path()).url)
