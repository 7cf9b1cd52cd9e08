"""What VIP admins read about how all this works: `/member/help/`."""

from __future__ import annotations

import re

import pytest

from reseller_console.accounts.models import User
from reseller_console.catalogs import files
from tests import personas
from tests.counting import counted
from tests.languages.english import assert_no_english

HELP = "/member/help/"


def read(client):
    response = client.get(HELP)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def elsewhere(make_customer, sam):
    """A customer of South, whose program has other numbers."""
    program = personas.make_program("14 days", order_due_days=14, suspended_after_days=44)
    sam.reseller.program = program
    sam.reseller.save()
    return personas.make_customer(name="Elsewhere", managed_by=sam)


def test_the_numbers_are_those_of_the_resellers_program(login, vera, north):
    page = read(login(vera))
    assert "Your reseller has 30 days to order." in page
    assert "When 60 days have passed, the licenses are suspended." in page
    assert "from 30 days before the anniversary date to 30 days after it" in page
    assert "The link in an invitation works for 30 days." in page
    north.program.terms.update(order_due_days=14, renewal_opens_days=45, invitation_days=1)
    page = read(login(vera))
    assert "Your reseller has 14 days to order." in page
    assert "from 45 days before" in page
    assert "works for 1 day." in page


def test_where_resellers_go_by_different_numbers_none_are_told(login, vera, elsewhere):
    personas.make_member(elsewhere, vera.email, vera.name)
    page = read(login(vera))
    assert "days to order" not in page
    assert "The due date is shown with each request." in page
    assert "on the pages of each organization" in page


def test_organizations_of_one_program_share_the_numbers(login, vera, make_customer):
    personas.make_member(make_customer(name="Second"), vera.email, vera.name)
    assert "Your reseller has 30 days to order." in read(login(vera))


def test_whoever_has_no_organization_can_read_it_too(login, db):
    nobody = User.objects.create_user("nobody@customer.example", personas.PASSWORD)
    page = read(login(nobody))
    assert "days to order" not in page
    assert "Ask your reseller." in page


def test_with_one_organization_it_says_whom_to_ask(login, vera):
    page = read(login(vera))
    assert "North manages your licenses. Your account manager is Alice Adams" in page


def test_every_entry_of_the_rail_leads_somewhere(login, vera):
    page = read(login(vera))
    anchors = re.findall(r'href="#([a-z-]+)"', page.split('class="rail"')[1])
    assert len(anchors) == 9
    for anchor in anchors:
        assert page.count(f'id="{anchor}"') == 1, anchor


def test_it_is_linked_from_every_page_of_a_member(login, vera, customer):
    client, base = login(vera), customer.get_member_url()
    for rest in ("", "people/", "requests/", "admins/", "terms/", "activity/"):
        assert f'href="{HELP}"' in client.get(f"{base}{rest}").content.decode(), rest
    for path in (HELP, "/member/account/", "/accounts/password/change/"):
        assert f'href="{HELP}"' in client.get(path).content.decode(), path


def test_it_names_nothing_of_the_resellers_own_work(login, vera):
    text = re.sub(r"<[^>]+>", " ", read(login(vera)))
    for word in ("Reseller Console", "Managed by", "worklist", "Orders to place", "Ready for"):
        assert word.casefold() not in text.casefold(), word
    for word in ("PA", "PAs", "ops", "digest", "discount", "proration"):
        assert not re.search(rf"\b{word}\b", text), word


def test_it_costs_the_same_for_many_organizations(login, vera, make_customer):
    personas.make_member(make_customer(name="Second"), vera.email, vera.name)
    client, counts = login(vera), []
    for more in (0, 10):
        for number in range(more):
            personas.make_member(make_customer(name=f"More {number}"), vera.email, vera.name)
        with counted() as queries:
            read(client)
        counts.append(len(queries))
    assert counts[0] == counts[1], counts


@pytest.mark.parametrize("language", files.languages())
def test_it_is_translated(login, vera, elsewhere, language):
    vera.language = language
    vera.save(update_fields=["language"])
    names = ("Vera Vaher", "North", "Alice Adams", "Elsewhere")
    assert_no_english(login(vera).get(HELP), language, names=names)
    personas.make_member(elsewhere, vera.email, vera.name)
    assert_no_english(login(vera).get(HELP), language, names=names)
