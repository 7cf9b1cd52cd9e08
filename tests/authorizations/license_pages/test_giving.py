"""Licenses are given, taken back, and somebody is chosen who waits."""

from __future__ import annotations

import uuid

import pytest

from authorizations.actions.order import record_order
from authorizations.models import Assignment, Person
from tests import personas
from tests.authorizations.license_pages.hands import words
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


def key() -> dict[str, object]:
    return {"key": str(uuid.uuid4())}


def holders() -> list[str]:
    held = Assignment.objects.held().select_related("person").in_queue()
    return [row.person.name for row in held]


def ids(*names: str) -> list[str]:
    rows = Assignment.objects.held().filter(person__name__in=names)
    return [str(row.pk) for row in rows]


# --- Give


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_somebody_is_given_a_license(login, vera, buy, path, headers):
    buy()
    client = login(vera)
    assert "licenses are free" in words(client.get(path("give/"), **headers))
    sent = key() | {"name": "Ann", "address": "ann@people.example"}
    response = client.post(path("give/"), sent, **headers)
    assert response.status_code == (204 if headers else 302)
    assert client.post(path("give/"), sent, **headers).status_code == response.status_code
    assert holders() == ["Ann"]
    assert "The license of Test Photoshop can be used now." in words(client.get(path()))


@pytest.mark.parametrize(
    ("name", "address", "sentence"),
    [
        ("Ann", "", "Enter an email address."),
        ("Ann", "ann", "This is not an email address."),
        ("<i>", "ann@people.example", "The characters &lt; and &gt; are not accepted"),
        ("Ben", "BEN@people.example", "has a license of Test Photoshop already."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(login, vera, buy, give, path, name, address, sentence):
    buy()
    give("Ben")
    sent = key() | {"name": name, "address": address}
    response = login(vera).post(path("give/"), sent)
    assert response.status_code == 422 and sentence in response.content.decode()
    assert "aria-invalid" in response.content.decode() and holders() == ["Ben"]


def test_the_last_license_was_given_to_somebody_else(login, vera, buy, give, path):
    buy(quantity=1)
    client = login(vera)
    client.get(path("give/"))
    give("Ann")
    sent = key() | {"name": "Ben", "address": "ben@people.example"}
    response = client.post(path("give/"), sent)
    assert response.status_code == 409
    assert "The only license of Test Photoshop is in use." in words(response)
    assert "The only license of Test Photoshop is in use." in words(client.get(path("give/")))


def test_nothing_new_is_given_while_terms_wait(login, vera, program, buy, path):
    buy()
    personas.make_vip_terms(program, version=2)
    client = login(vera)
    assert "The VIP terms have changed." in words(client.get(path("give/")))
    sent = key() | {"name": "Ben", "address": "ben@people.example"}
    assert client.post(path("give/"), sent).status_code == 409
    assert holders() == []


# --- Take back


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_licenses_are_taken_back_after_naming_the_people(login, vera, buy, give, path, headers):
    buy()
    give("Ann", "Ben", "Cleo")
    client, chosen = login(vera), {"a": ids("Ann", "Ben")}
    shown = words(client.get(path("take-back/"), chosen, **headers))
    assert "These 2 people lose their licenses at once: Ann , ann@people.example Ben" in shown
    assert holders() == ["Ann", "Ben", "Cleo"]
    sent = key() | chosen
    for _ in range(2):
        response = client.post(path("take-back/"), sent, **headers)
        assert response.status_code == (204 if headers else 302)
    assert holders() == ["Cleo"]
    assert "2 licenses of Test Photoshop are free again." in words(client.get(path()))


@pytest.mark.parametrize("chosen", [[], ["x"], ["9" * 30], ["999999999"]])
def test_nobody_chosen_is_said(login, vera, buy, path, chosen):
    buy()
    client = login(vera)
    assert "Select at least one person who has a license." in words(
        client.get(path("take-back/"), {"a": chosen})
    )
    assert client.post(path("take-back/"), key() | {"a": chosen}).status_code == 409


def test_nobody_of_another_customer_loses_a_license(login, vera, olaf, buy, give, photoshop, path):
    buy()
    give("Ann")
    other = olaf.memberships.get().customer
    buy(of=other)
    theirs = f"{other.get_member_url()}products/{photoshop.pk}/take-back/"
    client = login(olaf)
    assert client.post(theirs, key() | {"a": ids("Ann")}).status_code == 409
    assert client.post(path("take-back/"), key() | {"a": ids("Ann")}).status_code == 404
    assert holders() == ["Ann"]


def test_everything_is_taken_back_from_somebody_who_leaves(
    login, vera, buy, give, illustrator, people_path
):
    buy()
    buy(product=illustrator)
    give("Ann", "Ben")
    give("Ann", product=illustrator)
    ann = Person.objects.get(name="Ann")
    client, address = login(vera), people_path(f"{ann.pk}/take-back/")
    shown = words(client.get(address))
    assert "Ann loses these at once: Test Illustrator Test Photoshop" in shown
    assert client.post(address, key()).status_code == 302
    assert holders() == ["Ben"]
    assert "Ann has no license." in words(client.get(address))
    assert client.get(people_path("999999/take-back/")).status_code == 404


# --- Choose who waits


@pytest.fixture
def one_waits(buy, give, alice, set_today):
    """Two people, one license that works; the calendar stays where the other one waits."""
    paid = buy("2026-01-02", quantity=1)
    buy("2026-01-20", quantity=2)
    give("Ann", "Ben", on="2026-02-02")
    today = set_today("2026-02-03")
    record_order([paid], number="A1", ordered_on=today, by=alice, day=day_of([paid], today))
    return set_today("2026-03-22")


def test_the_admin_chooses_who_waits(login, vera, path, photoshop, one_waits):
    client = login(vera)
    shown = client.get(path("choice/")).content.decode()
    assert "Choose 1 person whose license waits" in shown
    field, asked = f"last_{photoshop.pk}", {f"asked_{photoshop.pk}": "1"}
    response = client.post(path("choice/"), key() | asked | {field: ids("Ann", "Ben")})
    assert response.status_code == 422
    assert "Choose exactly 1 person; you have chosen 2." in words(response)
    response = client.post(path("choice/"), key() | asked | {field: ids("Ann")})
    assert response.status_code == 302
    assert holders() == ["Ben", "Ann"]
    assert "Ann ann@people.example Suspended" in words(client.get(path()))


def test_a_choice_made_from_an_old_list_is_shown_anew(login, vera, path, photoshop, one_waits):
    client = login(vera)
    sent = key() | {f"asked_{photoshop.pk}": "2", f"last_{photoshop.pk}": ids("Ann", "Ben")}
    response = client.post(path("choice/"), sent)
    assert response.status_code == 409
    assert "Choose 1 person whose license waits" in words(response)
    assert client.post(path("choice/"), key()).status_code == 409


def test_nobody_waits_while_all_licenses_work(login, vera, buy, give, path):
    buy()
    give("Ann")
    assert "No one has to wait" in words(login(vera).get(path("choice/")))
