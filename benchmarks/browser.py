"""Requests in this process, through the whole stack of middleware, as somebody signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from reseller_console.accounts.models import User

LIST = "/customers/"
RENEWALS = "/renewals/"


class Browser:
    """A signed-in person's requests; each must be answered with 200."""

    def __init__(self, user: User) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(user)

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Return the answer to a GET; raise RuntimeError for anything but a page."""
        response = self.client.get(path, headers=headers)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")
        return response

    def page(self, path: str = LIST, **headers: str) -> Callable[[], HttpResponse]:
        """Return a function that asks for the page."""
        return lambda: self.get(path, **headers)


@contextmanager
def recorded() -> Iterator[list[tuple[str, object]]]:
    """Record the statements that run inside, with their parameters."""
    statements: list[tuple[str, object]] = []

    def record(execute, sql, params, many, context):
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield statements


def queries_of(browser: Browser, path: str = LIST) -> int:
    """Return how many statements one request sends to the database."""
    browser.get(path)  # Whatever is kept for later requests is kept now.
    with recorded() as statements:
        browser.get(path)
    return len(statements)
