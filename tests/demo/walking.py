"""How tests of the demonstration look at pages."""

from __future__ import annotations

from django.test import Client

from reseller_console.accounts.models import User
from tests.rules.reading import tree_of


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_at(client: Client, path: str):
    response = client.get(path)
    assert response.status_code == 200, path
    return tree_of(response.content.decode())


def number_in(row: dict[str, str]) -> str:
    """Return the PA number of a row; who requested it and the PO number may stand below."""
    return row["PA number"].split()[0]
