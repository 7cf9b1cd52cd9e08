"""Count the statements something sends; an answer counts only with the status it should have.

A redirect or a page that is not there sends few statements: counted unseen, it would pass for a
page that is cheap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext


@contextmanager
def counted(
    number: int | None = None, *, status: int | Sequence[int] = 200
) -> Iterator[CaptureQueriesContext]:
    """Count the statements sent inside; fails where they are not `number`, if one is given.

    Every answer a browser gets inside must have the status, or the one at its place.
    """
    answered: list[int] = []
    real = Client.request

    def request(client: Client, **sent: object) -> HttpResponse:
        response = real(client, **sent)
        answered.append(response.status_code)
        return response

    with (
        mock.patch.object(Client, "request", request),
        CaptureQueriesContext(connection) as captured,
    ):
        yield captured
    expected = [status] * len(answered) if isinstance(status, int) else [*status]
    assert answered == expected, f"answered with {answered}, not with {expected}"
    if number is not None:
        sent = [query["sql"] for query in captured]
        assert len(sent) == number, f"{len(sent)} statements, not {number}:\n" + "\n".join(sent)
