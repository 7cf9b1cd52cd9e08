"""The pages that say what went wrong, in the console's own words."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale; nothing was changed."""
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
