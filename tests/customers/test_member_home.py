"""Where VIP admins begin, and what the frame of their pages offers."""

from __future__ import annotations

import re

import pytest

from customers.models import Membership
from reseller_console.accounts.models import User
from tests import personas
from tests.counting import counted

pytestmark = pytest.mark.django_db


def page(response) -> str:
    return response.content.decode()


def words(response) -> str:
    main = page(response).split("<main", 1)[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def topbar(response) -> str:
    return page(response).split('<header class="topbar">')[1].split("</header>")[0]


@pytest.fixture
def second(make_customer, vera):
    """Vera's second organization."""
    customer = make_customer(name="Second Organization")
    personas.make_member(customer, vera.email, vera.name)
    return customer


def test_with_one_organization_it_leads_straight_there(login, vera, customer):
    client = login(vera)
    assert client.get("/")["Location"] == "/member/"
    assert client.get("/member/")["Location"] == customer.get_member_url()


def test_signing_in_leads_a_member_to_the_organization(client, vera, customer):
    sent = {"login": vera.email, "password": personas.PASSWORD}
    assert client.post("/accounts/login/", sent)["Location"] == "/member/"


def test_with_several_each_is_listed_with_its_date_and_what_needs_attention(
    login, vera, customer, second, make_customer, set_today, program
):
    late = make_customer(
        name="Late One",
        no_products_from_on=None,
        past_due_from_on="2026-03-02",
        past_due_until_on="2026-03-02",
    )
    calm = make_customer(name="Calm One", no_products_from_on=None)
    for other in (late, calm):
        personas.make_member(other, vera.email, vera.name)
    rows = page(login(vera).get("/member/")).split("<tbody>")[1].split("</tr>")
    told = {
        name: " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in rows
        for name in (customer.name, "Second Organization", "Late One", "Calm One")
        if f">{name}</a>" in row
    }
    assert customer.vip_id in told[customer.name] and "No products" in told[customer.name]
    assert "An order is late" in told["Late One"]
    assert "New terms to accept" in told["Second Organization"]
    assert "New terms to accept" not in told[customer.name]
    assert told["Calm One"].endswith("New terms to accept")
    set_today("2026-03-03")
    assert "An order is late" not in words(login(vera).get("/member/"))


def test_the_list_says_the_anniversary_date_in_words(login, vera, second, make_customer):
    import datetime as dt

    dated = make_customer(name="Dated", anniversary_on=dt.date(2027, 1, 31))
    personas.make_member(dated, vera.email, vera.name)
    shown = words(login(vera).get("/member/"))
    assert "31 January 2027" in shown and "none yet" in shown


def test_the_list_costs_the_same_for_2_organizations_and_for_30(login, vera, second, make_customer):
    client, counts = login(vera), []
    for more in (0, 28):
        for n in range(more):
            personas.make_member(make_customer(name=f"More {n}"), vera.email, vera.name)
        with counted() as queries:
            client.get("/member/")
        counts.append(len(queries))
    # Person; organizations for the switch; rows; terms in force and accepted.
    assert counts == [5, 5]


def test_without_an_organization_the_page_says_what_to_do(login, vera):
    Membership.objects.all().delete()
    response = login(vera).get("/member/")
    assert response.status_code == 200
    assert "Ask your reseller, or another VIP admin" in words(response)


def test_organizations_of_others_are_not_listed(login, vera, second, olaf):
    assert "Olaf's Organization" not in page(login(vera).get("/member/"))


@pytest.mark.parametrize("who", ["alice", "bob", "ada", "ops"])
def test_colleagues_and_ops_find_nothing_there(login, who, request, vera, customer):
    client = login(request.getfixturevalue(who))
    for path in ("/member/", customer.get_member_url()):
        assert client.get(path).status_code == 404


def test_the_topbar_shows_nothing_of_the_resellers(login, vera, customer):
    shown = topbar(login(vera).get(customer.get_member_url()))
    assert "Vera Vaher" in shown and "Sign out" in shown
    assert 'href="/member/account/"' in shown and 'href="/member/help/"' in shown
    for forbidden in ("/customers/", "/team/", '"/help/', "/mailbox/", "/admin/", "North"):
        assert forbidden not in shown


def test_the_switch_is_there_for_those_with_several_only(login, vera, customer, make_customer):
    client = login(vera)
    assert "Switch organization" not in topbar(client.get(customer.get_member_url()))
    second = make_customer(name="Second Organization")
    personas.make_member(second, vera.email, vera.name)
    shown = topbar(client.get(customer.get_member_url()))
    assert "Switch organization" in shown
    assert f'href="{second.get_member_url()}"' in shown and 'href="/member/"' in shown


def test_a_deactivated_member_is_out_at_the_next_request(login, vera, customer):
    from django.utils import timezone

    client = login(vera)
    User.objects.filter(pk=vera.pk).update(deactivated_at=timezone.now())
    assert client.get(customer.get_member_url())["Location"].startswith("/accounts/login/")
