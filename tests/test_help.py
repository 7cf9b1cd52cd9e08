"""The help page: the reseller's own numbers, a worked example that cannot be wrong, channels."""

from __future__ import annotations

import pytest

from reseller_console.help import EXAMPLES
from tests.personas import make_program


def read(client):
    response = client.get("/help/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_numbers_are_those_of_the_resellers_program(login, alice, north):
    assert "day 0 to 30" in read(login(alice))
    north.program = make_program(
        "14 days", order_due_days=14, suspended_after_days=44, upcoming_days=15, return_days=7
    )
    north.save()
    html = read(login(alice))
    assert "day 0 to 14" in html
    assert "after day 14, to day 44" in html
    assert "for the 15 days before that" in html
    assert "up to and including 7 days after its date" in html


def test_reminders_are_told_with_the_days_of_the_program(login, alice, north):
    html = read(login(alice))
    assert "A week before it is due (day 30)" in html
    assert "30 days before the anniversary date, on the date itself" in html
    north.program.terms.update(order_due_days=14, renewal_opens_days=45, renewal_closes_days=20)
    html = read(login(alice))
    assert "A week before it is due (day 14)" in html
    assert "45 days before the anniversary date" in html
    assert "a week before the licenses end (20 days after it)" in html


def test_the_worklist_leads_to_its_help(login, alice):
    page = login(alice).get("/orders/").content.decode()
    assert 'href="/help/#worklist"' in page
    html = read(login(alice))
    assert 'id="worklist"' in html
    assert 'id="duration"' in html


def test_the_worked_example_counts_as_the_rules_say():
    assert [example.months for example in EXAMPLES] == [10, 9, 1, 12, 17, 11]


def test_the_channels_are_those_ops_have_set(login, alice, north):
    assert "Ask your operations contact." in read(login(alice))
    north.support_chat_url = "https://chat.north.example/"
    north.support_phone = "+372 600 0000"
    north.support_email = "help@north.example"
    north.save()
    html = read(login(alice))
    assert 'href="https://chat.north.example/"' in html
    assert 'href="tel:+3726000000"' in html
    assert 'href="mailto:help@north.example"' in html


def test_help_is_linked_from_every_page(login, bob):
    assert 'href="/help/"' in read(login(bob))


@pytest.mark.parametrize("person", ["ops"])
def test_people_without_a_reseller_have_no_help_page(login, request, person):
    assert login(request.getfixturevalue(person)).get("/help/").status_code == 404
