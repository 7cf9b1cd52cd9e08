"""Who has what, by person: `/member/<VIP ID>/people/…`."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from authorizations.actions.assign import take_back
from authorizations.licenses.export import file_of
from authorizations.licenses.lists import Listing
from authorizations.licenses.people_page import PeoplePage, held_by, person_of
from customers.admins.doors import MemberRequest, member_door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_part
from reseller_console.lib.lists import Kind, file_response
from reseller_console.lib.way_back import comes_back
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.forms import KeyedForm


def path_of(customer: Customer) -> str:
    """Return the address of the page."""
    return f"{customer.get_member_url()}people/"


def _page(request: MemberRequest, customer: Customer) -> PeoplePage:
    listing = Listing.from_query(request.GET, path=path_of(customer))
    return PeoplePage(customer, day=request.day, listing=listing)


@comes_back
@member_door()
def people(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Show the products and everyone with what they have; paging swaps the list alone."""
    context = {"customer": customer, "page": _page(request, customer)}
    return render_page_or_part(request, "member/people.html", context, part="people")


@member_door()
def export(request: MemberRequest, customer: Customer, kind: Kind) -> HttpResponseBase:
    """Send everyone on the list of the address, with what they have or had."""
    page = _page(request, customer)
    back = f"{path_of(customer)}{page.listing.query}"
    return file_response(request, file_of(page, request.day), kind, back=back)


@member_door(write=True)
def take_everything_back(
    request: MemberRequest, customer: Customer, person_id: int
) -> HttpResponse:
    """Take everything back from a person, once that is confirmed."""
    person = person_of(customer, person_id)
    chosen = held_by(person)

    def act() -> str:
        take_back(chosen, by=request.user, day=request.day)
        return path_of(customer)

    return show_or_act(
        request,
        KeyedForm(request.POST or None),
        act,
        template="member/take_back.html",
        context={
            "customer": customer,
            "person": person,
            "chosen": chosen,
            "back": path_of(customer),
            "action": f"{path_of(customer)}{person.pk}/take-back/",
        },
        said=_("%(person)s no longer has a license.") % {"person": person},
    )
