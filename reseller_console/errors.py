"""The pages that say what went wrong, in the console's own words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or stale; nothing was changed."""
    return render(request, "errors/csrf.html", status=403)
