"""What every request passes through, beside Django's and the libraries' own."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from reseller_console.lib.logs import context as logs

Handler = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Give each request an id: in its log lines, on error pages, in the answer's headers.

    A proxy that is trusted may have given it one (`X-Request-ID`).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request; what is bound to it ends with the signal `request_finished`.

        The server's own line about the request comes later; it finds the ids in the environment.
        """
        given = request.headers.get("X-Request-ID") if settings.BEHIND_PROXY else None
        request_id = logs.begin_request(given)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        request.META[logs.IDS] = logs.carried()
        return response


# Only then a streamed answer is done.
request_finished.connect(logs.end)


class BodyLimit:
    """Refuse a body that is longer than any form of ours, before a byte of it is read."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413; the server ends the connection on which the rest of the body would come."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return self.get_response(request)
        return render(None, "errors/413.html", status=413)


class Tenant:
    """Give the request its `day`: the reseller's today and terms, read once, when needed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach `request.day`, which only colleagues of a reseller may ask for."""
        request.day = SimpleLazyObject(lambda: request.user.reseller.day())  # type: ignore[attr-defined, union-attr]
        return self.get_response(request)


class NeverStored:
    """Keep every answer to somebody who may be signed in out of all caches.

    Browsers keep whole pages for the Back button, also after the person has signed out; what
    is not to be stored they fetch again, or drop as soon as the session's cookie changes.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say `no-store` where a session's cookie comes or goes."""
        response = self.get_response(request)
        cookie = settings.SESSION_COOKIE_NAME
        if cookie in request.COOKIES or cookie in response.cookies:
            response["Cache-Control"] = "no-store"
        return response


class HtmxVary:
    """Tell caches that a page and its fragment are two answers of one address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add `Vary: HX-Request` to every answer."""
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        return response
