"""The page an invitation's link leads to: `/invitations/<secret>/`, open to everybody."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from customers.landing import count_miss, invitation_to_accept, is_throttled


@require_safe
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites whom; looking changes nothing, however often a scanner looks."""
    address = get_adapter().get_client_ip(request)
    invitation = None
    if not is_throttled(address):
        invitation = invitation_to_accept(token)
        if invitation is None:
            count_miss(address)
    response = render(
        request,
        "customers/landing.html" if invitation else "customers/landing_unknown.html",
        {"invitation": invitation},
        status=200 if invitation else 404,
    )
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
