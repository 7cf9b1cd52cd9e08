"""Cancelling a PA where more people have a license than remain: who loses it, and who is told."""

from __future__ import annotations

import re
import uuid

import pytest

from authorizations.licenses import choosing
from authorizations.models import Assignment, PurchaseAuthorization
from notifications import rendering
from notifications.models import Email
from tests.counting import counted

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def pa(buy, give):
    """The second of two PAs; three people have the three licenses of both."""
    buy(quantity=1)
    second = buy(quantity=2)
    give("Ann", "Ben", "Cleo")
    return second


def address(pa) -> str:
    return f"{pa.customer.get_absolute_url()}authorizations/{pa.number}/cancellation/"


def ids(*names: str) -> list[str]:
    rows = Assignment.objects.filter(person__name__in=names)
    return [str(row.pk) for row in rows]


def holders() -> list[str]:
    rows = Assignment.objects.held().order_by("person__name").select_related("person")
    return [row.person.name for row in rows]


def ticked(response) -> list[str]:
    """Return whose boxes are ticked."""
    inputs = re.findall(r"<input[^>]*checkbox[^>]*>\s*([^,<]+)", response.content.decode())
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", response.content.decode())
    return sorted(name for name, box in zip(inputs, boxes, strict=True) if "checked" in box)


def form(product, names: tuple[str, ...], asked: int = 2) -> dict[str, object]:
    return {
        "key": str(uuid.uuid4()),
        f"asked_{product.pk}": str(asked),
        f"last_{product.pk}": ids(*names),
    }


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_the_dialog_names_everybody_with_the_newest_ticked(login, alice, pa, headers):
    response = login(alice).get(address(pa), **headers)
    shown = response.content.decode()
    assert "Test Photoshop: 2 people lose their licenses" in shown
    assert all(f"{name.lower()}@people.example" in shown for name in ("Ann", "Ben", "Cleo"))
    assert ticked(response) == ["Ben", "Cleo"]


def test_the_manager_chooses_others(login, alice, pa, photoshop):
    response = login(alice).post(address(pa), form(photoshop, ("Ann", "Ben")))
    assert response.status_code == 302 and holders() == ["Cleo"]
    pa.refresh_from_db()
    assert pa.cancelled_by == alice


@pytest.mark.parametrize("names", [(), ("Ann",), ("Ann", "Ben", "Cleo")])
def test_a_wrong_number_is_said_at_the_field(login, alice, pa, photoshop, names):
    response = login(alice).post(address(pa), form(photoshop, names), **HTMX)
    assert response.status_code == 422
    assert f"Choose exactly 2 people; you have chosen {len(names)}." in response.content.decode()
    assert ticked(response) == sorted(names)
    assert holders() == ["Ann", "Ben", "Cleo"]


def test_what_changed_meanwhile_is_shown_anew(login, alice, pa, photoshop, give, vera, buy):
    sent = form(photoshop, ("Ben", "Cleo"))
    buy(quantity=1)
    response = login(alice).post(address(pa), sent, **HTMX)
    assert response.status_code == 409
    shown = response.content.decode()
    assert "Licenses were assigned or taken back in the meantime." in shown
    assert "Test Photoshop: 1 person loses the license" in shown
    assert ticked(response) == ["Cleo"] and holders() == ["Ann", "Ben", "Cleo"]


def test_a_dialog_that_asked_nothing_does_not_take_licenses(login, alice, buy, give):
    pa = buy(quantity=2)
    sent = {"key": str(uuid.uuid4())}
    give("Ann")
    response = login(alice).post(address(pa), sent)
    assert response.status_code == 409 and holders() == ["Ann"]
    assert PurchaseAuthorization.objects.get().cancelled_at is None


@pytest.mark.parametrize(
    "field",
    [{"asked": "x"}, {"asked": "9" * 40}, {"last": ["x"]}, {"last": ["9" * 30]}, {"last": ["-1"]}],
)
def test_nonsense_is_refused_without_harm(login, alice, pa, photoshop, field):
    sent = form(photoshop, ("Ben", "Cleo"))
    sent |= {f"{name}_{photoshop.pk}": value for name, value in field.items()}
    response = login(alice).post(address(pa), sent)
    assert response.status_code in (409, 422) and len(holders()) == 3


def test_people_too_many_to_tick_are_written_down(login, alice, pa, photoshop, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_TICKED", 2)
    client = login(alice)
    shown = client.get(address(pa)).content.decode()
    assert "cleo@people.example\nben@people.example</textarea>" in shown
    name = f"last_{photoshop.pk}"
    sent = form(photoshop, ()) | {name: "ANN@people.example\r\n\r\ndora@people.example"}
    response = client.post(address(pa), sent)
    assert response.status_code == 422
    assert "dora@people.example has no license." in response.content.decode()
    sent[name] = "ANN@people.example\r\nben@people.example\r\nben@people.example"
    assert client.post(address(pa), sent).status_code == 302
    assert holders() == ["Cleo"]


def test_where_nobody_can_be_asked_the_newest_lose_theirs(login, alice, pa, photoshop, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_TICKED", 2)
    monkeypatch.setattr(choosing, "MOST_WRITTEN", 1)
    client = login(alice)
    assert "the newest 2 people lose theirs" in client.get(address(pa)).content.decode()
    sent = {"key": str(uuid.uuid4()), f"asked_{photoshop.pk}": "2"}
    assert client.post(address(pa), sent).status_code == 302
    assert holders() == ["Ann"]


def test_the_email_names_who_has_lost_a_license(login, alice, pa, photoshop):
    login(alice).post(address(pa), form(photoshop, ("Ben", "Cleo")))
    written = rendering.write(Email.objects.filter(template="pa_cancelled").latest("pk"))
    for part in (written.text, written.html):
        assert "These have lost theirs:" in " ".join(part.split())
        assert "Test Photoshop: Ben, Cleo" in part


def test_the_email_counts_those_it_does_not_name(login, alice, pa, photoshop, monkeypatch):
    monkeypatch.setattr("authorizations.actions.lose.NAMES_IN_EMAIL", 1)
    login(alice).post(address(pa), form(photoshop, ("Ben", "Cleo")))
    written = rendering.write(Email.objects.filter(template="pa_cancelled").latest("pk"))
    assert "* Test Photoshop: Ben and 1 more\n" in written.text


def test_cancelling_costs_as_many_statements_however_many_lose_theirs(
    login, alice, buy, give, photoshop
):
    client, spent = login(alice), []
    for losers in (2, 60):
        pa, names = buy(quantity=losers), [f"Of{losers}No{n}" for n in range(losers)]
        give(*names)
        with counted(status=302) as queries:
            sent = form(photoshop, tuple(names), asked=losers)
            client.post(address(pa), sent)
        spent.append(len(queries))
        assert holders() == []
    assert spent[0] == spent[1]
