"""The dialogs that notify of renewals: one customer, and several."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from authorizations.models import RenewalContact
from notifications.models import Email
from notifications.tracking.reasons import Reason
from reseller_console.accounts.models import AccessAttempt
from tests.authorizations.pages import page, words
from tests.each import each
from tests.kept import make_email
from tests.personas import make_customer as make_stranger
from tests.personas import make_member

pytestmark = pytest.mark.django_db
MANY = "/renewals/notification/"


@pytest.fixture
def due(customer, own):
    """A customer with 7 licenses to renew at 20 March 2026."""
    own(customer, quantity=7)
    customer.refresh_from_db()
    return customer


def address(customer) -> str:
    return f"{customer.get_absolute_url()}renewal/notification/"


def form(**changes) -> dict[str, object]:
    sent = {"key": str(uuid.uuid4()), "to": "everybody", "address": "", "own_text": ""}
    return sent | changes


def sent_to() -> list[str]:
    return list(
        Email.objects.filter(template="renewal_notice").values_list("to_address", flat=True)
    )


def test_the_preview_shows_what_is_sent_and_sends_nothing(login, alice, due):
    client = login(alice)
    assert "Summit Design: your licenses renew on 20 March 2026" in words(client.get(address(due)))
    shown = client.post(address(due), form(own_text="Call me & we <3", preview="1"))
    assert shown.status_code == 422 and sent_to() == []
    shown = client.post(address(due), form(own_text="Call me & hurry", preview="1"))
    assert shown.status_code == 200 and sent_to() == []
    assert page(shown).count("Call me &amp; hurry") == 2
    assert "* 7 licenses of Test Photoshop" in page(shown)


def test_the_preview_names_who_else_gets_it_in_a_language(login, alice, due, make_customer, own):
    germans = [make_customer(name=f"Werk {number}", language="de") for number in range(3)]
    for customer in germans:
        own(customer, quantity=2)
    query = "&".join(f"customer={one.vip_id}" for one in (due, *germans))
    shown = words(login(alice).get(f"{MANY}?{query}"))
    assert "and 2 more in German, each with its own name" in shown
    others = shown[shown.index("Who else gets it in German") :]
    assert [f"Werk {n}: {germans[n].contact_email}" in others for n in range(3)].count(True) == 2
    assert "more in English" not in shown


def test_it_is_sent_once_and_said(login, alice, due):
    client, sent = login(alice), form(own_text="Call me.")
    response = client.post(address(due), sent, follow=True)
    assert "Summit Design is notified of the renewal: 1 email." in words(response)
    assert client.post(address(due), sent).status_code == 302
    assert sent_to() == [due.contact_email]
    assert "notified" in words(client.get(due.get_absolute_url()))


def test_again_within_seven_days_takes_the_tick(login, alice, due):
    client = login(alice)
    client.post(address(due), form())
    shown = words(client.get(address(due)))
    assert "was notified on 2 March 2026 by Alice Adams" in shown and "Send again anyway" in shown
    assert client.post(address(due), form()).status_code == 422
    assert client.post(address(due), form(again_ok="on")).status_code == 302
    assert len(sent_to()) == 2


def test_an_email_that_came_back_leads_to_another_recipient(login, alice, due, vip_terms):
    make_member(due, "vera@customer.example", "Vera Vaher", accepts=vip_terms)
    make_member(due, "viktor@customer.example", "Viktor Vask")
    make_email(
        due,
        "bounced",
        to_address="vera@customer.example",
        bounced_at=timezone.now(),
        return_reason=Reason.HARD_BOUNCE,
    )
    client = login(alice)
    shown = words(client.get(address(due)))
    assert "The last email to vera@customer.example did not arrive." in shown
    assert "viktor@customer.example did not" not in shown
    assert client.post(address(due), form(to="viktor@customer.example")).status_code == 302
    assert sent_to() == ["viktor@customer.example"]


@each(
    ("typed", "status"),
    [("", 422), ("boss", 422), ("a@b.example\nBcc: c@d.example", 422), ("boss@x.example", 302)],
)
def test_another_address_is_judged_by_the_rules_of_the_house(login, alice, due, typed, status):
    response = login(alice).post(address(due), form(to="another", address=typed))
    assert response.status_code == status
    assert sent_to() == ([typed] if status == 302 else [])


@each("to", ["nobody@customer.example", ""])
def test_only_a_recipient_that_is_offered_is_taken(login, alice, due, to):
    assert login(alice).post(address(due), form(to=to)).status_code == 422
    assert sent_to() == []


def test_who_cannot_be_notified_is_told_why(login, alice, customer):
    shown = words(login(alice).get(address(customer)))
    assert "is neither in Upcoming Renewals nor in Ready for Renewal" in shown
    assert "Your own lines" not in shown


def test_several_are_notified_at_once_and_the_others_are_named(
    login, alice, due, make_customer, own, set_today, pinned_today
):
    set_today("2025-01-01")
    other, gone = make_customer(name="Another"), make_customer(name="Gone")
    set_today(pinned_today)
    own(other)
    gone.withdrawn_at = timezone.now()
    gone.save(update_fields=["withdrawn_at"])
    client = login(alice)
    opened = client.post(MANY, {"customer": [row.vip_id for row in (due, other, gone)]})
    assert opened.status_code == 200 and sent_to() == []
    assert "Gone: the invitation was withdrawn" in words(opened) and "2 customers." in words(opened)
    assert gone.vip_id not in page(opened)
    sent = form(customer=[due.vip_id, other.vip_id], own_text="Hello")
    response = client.post(MANY, sent, follow=True)
    assert "2 customers are notified of their renewals: 2 emails." in words(response)
    assert RenewalContact.objects.filter(sent_on=dt.date(2026, 3, 2)).count() == 2


def test_a_foreign_vip_id_is_refused_as_one_that_nobody_has(login, alice, charlie, due):
    foreign = make_stranger(managed_by=charlie).vip_id
    client, answers = login(alice), []
    for vip_id in (foreign, "F" * 20):
        response = client.post(MANY, form(customer=[due.vip_id, vip_id]))
        assert response.status_code == 422
        answers.append(words(response).replace(vip_id, "…"))
    assert answers[0] == answers[1] and sent_to() == []
    assert AccessAttempt.objects.count() == 1
