"""How long a session lasts at most."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from reseller_console.accounts.sign_in import SIGNED_IN_AT


class SessionLimit:
    """End a session so many seconds after the sign-in (`SESSION_COOKIE_AGE`), used or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out whoever is past the limit; the page that was asked for then asks again."""
        if request.session.session_key is not None and _is_over(request):
            request.session.flush()
        return self.get_response(request)


def _is_over(request: HttpRequest) -> bool:
    began = request.session.get(SIGNED_IN_AT)
    age = settings.SESSION_COOKIE_AGE
    return began is not None and timezone.now().timestamp() - began > age
