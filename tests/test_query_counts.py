"""How many statements a page sends: pinned, and the same for three rows and for three hundred.

Who is asking (session and person) is the same for every page and not counted.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.hashers import make_password

from authorizations.actions.create import create_authorization
from authorizations.models import Product
from reseller_console.accounts.models import User
from tests.counting import counted
from tests.personas import day_of

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 300
_WHO_ASKS = ('FROM "django_session"', 'FROM "accounts_user" LEFT')
_TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET ")


def statements(client, path: str, **headers: str) -> list[str]:
    """Return what a GET of the page sends, once whatever is kept between requests is kept."""
    for _ in range(2):
        with counted() as captured:
            client.get(path, headers=headers)
    sent = [query["sql"] for query in captured]
    return [
        sql
        for sql in sent
        if not sql.startswith(_TRANSACTION) and not any(part in sql for part in _WHO_ASKS)
    ]


@pytest.fixture
def more_customers(make_customer):
    """Return a function that brings North to so many customers in the filter with nothing."""
    made = []

    def more(number: int) -> None:
        made.extend(make_customer(name=f"Sample {n:03}") for n in range(len(made), number))

    return more


# The terms, the tally, the rows, the invitations that came back; a sort by date first asks
# whether dates have to be derived, a search first counts its hits. The bar is 6.
LISTS = {
    "": 4,
    "?show=no-products": 4,
    "?mine=1": 4,
    "?page=last": 4,
    "?sort=anniversary": 5,
    "?q=sample": 5,
    "?q=sample+001": 5,
    "?q=nobody": 4,
}


@pytest.mark.parametrize(("address", "pinned"), LISTS.items())
def test_the_customers_page_sends_few_statements_however_many_rows(
    login, alice, more_customers, address, pinned
):
    client = login(alice)
    more_customers(FEW)
    few = statements(client, f"/customers/{address}")
    more_customers(MANY)
    many = statements(client, f"/customers/{address}")
    assert len(few) == len(many) == pinned, many


# The terms of both days and, for the earlier one, its first customer, the way back, who is in the
# filter; its counts are remembered. Nobody asks for invitations that came back.
DATED = {
    "/customers/?as_of=2026-03-02": 6,
    "/customers/?as_of=2026-03-02&show=no-products": 6,
    "/customers/?as_of=2026-03-02&q=sample": 7,
    "/customers/?as_of=2026-09-02&show=no-products": 4,
    "/renewals/?as_of=2026-03-02": 6,
}


@pytest.mark.parametrize(("path", "pinned"), DATED.items())
def test_a_list_of_another_date_sends_few_statements_however_many_rows(
    login, alice, more_customers, set_today, path, pinned
):
    client = login(alice)
    more_customers(FEW)
    set_today("2026-03-20")
    few = statements(client, path)
    set_today("2026-03-02")
    more_customers(MANY)
    set_today("2026-03-20")
    many = statements(client, path)
    assert len(few) == len(many) == pinned, many


def test_a_piece_of_the_customers_page_sends_no_more_than_the_page(login, alice, more_customers):
    client = login(alice)
    more_customers(FEW)
    headers = {"HX-Request": "true", "HX-Target": "list"}
    assert len(statements(client, "/customers/", **headers)) == LISTS[""]


def test_the_details_page_sends_as_many_for_sixty_authorizations(login, alice, customer):
    client, path = login(alice), customer.get_absolute_url()
    product = Product.objects.create(name="Sample", family="Sample", offering="team")

    def buy(times: int) -> None:
        for _ in range(times):
            create_authorization(
                customer,
                lines=[(product, 1)],
                po_number="",
                by=alice,
                day=day_of(customer, dt.date(2026, 3, 2)),
            )

    buy(FEW)
    few = statements(client, path)
    buy(60 - FEW)  # More than a page of the history; each is an action of its own.
    many = statements(client, path)
    assert len(few) == len(many) == 13, many


def test_the_team_page_sends_as_many_for_three_hundred_colleagues(login, ada, north):
    client = login(ada)

    def hire(first: int, last: int) -> None:
        User.objects.bulk_create(
            User(
                email=f"colleague{n}@north.example",
                name=f"Colleague {n}",
                reseller=north,
                role="manager",
                password=make_password(None),
            )
            for n in range(first, last)
        )

    hire(0, FEW)
    few = statements(client, "/team/")
    hire(FEW, MANY)
    many = statements(client, "/team/")
    assert len(few) == len(many) == 2, many


def test_the_help_page_asks_for_nothing_but_the_terms(login, alice):
    assert len(statements(login(alice), "/help/")) == 1
