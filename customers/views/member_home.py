"""Where a VIP admin begins: `/member/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from customers.admins.doors import MemberRequest, member_door
from customers.admins.organizations import MOST, standing_of_organizations


@member_door()
def home(request: MemberRequest) -> HttpResponse:
    """Show the organizations of the signed-in admin; with exactly one, lead straight to it."""
    if len(request.organizations) == 1:
        return redirect(request.organizations[0].get_member_url())
    organizations = standing_of_organizations(request.user) if request.organizations else []
    context = {"organizations": organizations, "is_cut": len(organizations) == MOST}
    return render(request, "member/home.html", context)
