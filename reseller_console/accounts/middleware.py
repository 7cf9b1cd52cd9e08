"""How long a session lasts, the language of each answer, and attempts at others' things."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from reseller_console.accounts import attempts
from reseller_console.accounts.languages import language_of
from reseller_console.accounts.models import User
from reseller_console.accounts.signing_in.sign_in import SIGNED_IN_AT
from reseller_console.lib.logs import context as logs


class SessionLimit:
    """End a session so many seconds after the sign-in (`SESSION_COOKIE_AGE`), used or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out anyone who is past the limit; the page that was asked for then asks again."""
        if request.session.session_key is not None and _is_over(request):
            request.session.flush()
        return self.get_response(request)


class WhoAsks:
    """Say in the log lines of a request whose it is, by ids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind the ids; the language of the answer needs the account anyway."""
        _bind(request.user)
        return self.get_response(request)


def _bind(user: object) -> None:
    if isinstance(user, User):
        logs.bind(user_id=user.pk, reseller_id=user.reseller_id)


@receiver(user_logged_in)
def _bind_signed_in(sender: object, user: object, **_signal: object) -> None:
    _bind(user)


class Language:
    """Answer in the reader's language (`reseller_console.accounts.languages`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say in the headers which language it is, and to caches whether the browser decided."""
        language, by_browser = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if by_browser:
            patch_vary_headers(response, ["Accept-Language"])
        return response


class Attempts:
    """Write down who was refused what is another's (`reseller_console.accounts.attempts`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer first; the trace is written when that cannot change any more."""
        with attempts.noticing() as noticed:
            response = self.get_response(request)
        if response.status_code in (403, 404):
            noticed += attempts.in_address(request)
        if noticed:
            attempts.write(request, noticed)
        return response


def _is_over(request: HttpRequest) -> bool:
    began = request.session.get(SIGNED_IN_AT)
    age = settings.SESSION_COOKIE_AGE
    return began is not None and timezone.now().timestamp() - began > age
