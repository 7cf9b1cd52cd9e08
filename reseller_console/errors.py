"""The pages that say what went wrong, in the console's own words."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from reseller_console.lib.htmx import see_other
from reseller_console.tenancy import unsent


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale; nothing was changed.

    A form that really comes from a page of ours (the person has signed in again in another tab)
    is shown once more, with what was typed.
    """
    own = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") == own and unsent.keep(request):
        return see_other(request, request.path)
    return render(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what no one caught; a lost, full or too slow database is 503: try again.

    Django logs the error. Neither page reads anything from the database.
    """
    if not isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return defaults.server_error(request)
    response = render(None, "errors/503.html", status=503)
    response["Retry-After"] = "5"
    return response
