"""The page of the calendar feed: created, shown once, changed, replaced, revoked."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from reseller_console.accounts.feed_links import token_of
from reseller_console.accounts.models import CalendarFeed
from tests.authorizations.calendar_feed.reading import path_of
from tests.each import each

pytestmark = pytest.mark.django_db

PAGE = "/calendar/"


def send(client, path: str = PAGE, **fields: str):
    """Send a form."""
    return client.post(path, {"key": str(uuid.uuid4()), **fields})


@pytest.mark.parametrize("person", ["alice", "bob", "ada"])
def test_colleagues_of_every_role_create_one(login, request, person):
    owner = request.getfixturevalue(person)
    client = login(owner)
    usual = "everything" if person == "bob" else "managed"
    assert client.get(PAGE).context["form"]["scope"].value() == usual
    answer = send(client, scope="everything", show="past-due")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    feed = CalendarFeed.objects.get()
    assert (feed.user, feed.scope, feed.show) == (owner, "everything", "past-due")
    page = client.get(PAGE).text
    assert f"http://127.0.0.1:8000{path_of(feed)}" in page
    assert "The calendar feed is created." in page


def test_the_address_is_shown_for_a_quarter_of_an_hour(login, alice):
    created = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
    with time_machine.travel(created, tick=False) as clock:
        client = login(alice)
        send(client, scope="managed", show="all")
        token = token_of(CalendarFeed.objects.get())
        clock.shift(dt.timedelta(minutes=14, seconds=59))
        assert token in client.get(PAGE).text
        clock.shift(dt.timedelta(seconds=1))
        page = client.get(PAGE).text
        assert token not in page
        assert "2 Mar 2026, 10:00" in page
        assert "If you no longer have it, replace it." in page


def test_the_address_is_not_shown_when_it_would_not_work(login, alice, settings):
    send(login(alice), scope="managed", show="all")
    settings.SECRET_KEY = "another key " * 5
    assert "/calendar/" + token_of(CalendarFeed.objects.get()) not in login(alice).get(PAGE).text


def test_the_page_says_when_it_was_read(login, alice, feed):
    client = login(alice)
    assert "Not yet" in client.get(PAGE).text
    client.get(path_of(feed))
    assert "Not yet" not in client.get(PAGE).text


def test_the_choice_is_changed_and_the_address_stays(login, alice, feed):
    before = path_of(feed)
    assert send(login(alice), scope="everything", show="ready").status_code == 302
    feed.refresh_from_db()
    assert (feed.scope, feed.show, path_of(feed)) == ("everything", "ready", before)
    assert send(login(alice), scope="everything", show="all").status_code == 302
    feed.refresh_from_db()
    assert feed.show == ""


@each(
    ("fields", "said"),
    [
        ({"show": "all"}, "Choose whose customers."),
        ({"scope": "everyone", "show": "all"}, "Select a valid choice."),
        ({"scope": "managed"}, "Choose a filter."),
        ({"scope": "managed", "show": "nowhere"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(login, alice, fields, said):
    answer = send(login(alice), **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert not CalendarFeed.objects.exists()


def test_replacing_shows_the_new_address(login, alice, feed):
    client, old = login(alice), path_of(feed)
    assert "stops working at once" in client.get(f"{PAGE}address/").text
    assert send(client, f"{PAGE}address/")["Location"] == PAGE
    feed.refresh_from_db()
    assert path_of(feed) != old
    assert path_of(feed) in client.get(PAGE).text


def test_revoking_ends_it_and_another_can_be_created(login, alice, feed):
    client, path = login(alice), f"{PAGE}revocation/"
    assert "stops working at once" in client.get(path).text
    assert send(client, path)["Location"] == PAGE
    assert not CalendarFeed.objects.exists()
    assert "Create calendar feed" in client.get(PAGE).text
    # Sent again, or opened from a page of before.
    assert send(client, path)["Location"] == client.get(path)["Location"] == PAGE


def test_one_form_sent_twice_creates_one_feed(login, alice):
    client = login(alice)
    form = {"key": str(uuid.uuid4()), "scope": "managed", "show": "all"}
    first, second = client.post(PAGE, form), client.post(PAGE, form)
    assert first["Location"] == second["Location"] == PAGE
    assert CalendarFeed.objects.count() == 1


@each("path", ["/customers/", "/orders/", "/help/"])
def test_pages_lead_there(login, bob, path):
    assert f'href="{PAGE}"' in login(bob).get(path).text
