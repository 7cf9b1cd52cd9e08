"""What every request passes through, beside Django's and the libraries' own."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

Handler = Callable[[HttpRequest], HttpResponse]


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
