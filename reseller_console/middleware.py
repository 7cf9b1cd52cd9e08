"""What every request passes through, beside Django's and the libraries' own."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from customers.standing import day_of

Handler = Callable[[HttpRequest], HttpResponse]


class DatabaseTrouble:
    """Answer 503 with a page that says to try again when the database does not answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; trouble outside a view ends here too."""
        try:
            return self.get_response(request)
        except OperationalError:
            return self.unavailable(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a lost, full or too slow database into a calm page."""
        return self.unavailable(request) if isinstance(error, OperationalError) else None

    def unavailable(self, request: HttpRequest) -> HttpResponse:
        """Return the page; it reads nothing from the database."""
        response = render(None, "errors/503.html", status=503)  # type: ignore[arg-type]
        response["Retry-After"] = "5"
        return response


class Tenant:
    """Give the request its `day`: the reseller's today and terms, read once, when needed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach `request.day`, which only colleagues of a reseller may ask for."""
        request.day = SimpleLazyObject(lambda: day_of(request.user.reseller))  # type: ignore
        return self.get_response(request)


class HtmxVary:
    """Tell caches that a page and its fragment are two answers of one address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add `Vary: HX-Request` to every answer."""
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        return response
