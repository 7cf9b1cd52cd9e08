"""Who is signed in, where a page is not behind a door that has said so already."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from reseller_console.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return who sends the request; raises PermissionDenied for an unknown person."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
