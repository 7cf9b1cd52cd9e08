"""Who gets a calendar feed: whoever has its address, as long as it is in force."""

from __future__ import annotations

import datetime as dt
import logging
import uuid

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from customers.actions import team
from reseller_console.accounts.actions import calendar_feed as verbs
from reseller_console.accounts.actions.leave import reactivate
from reseller_console.accounts.feed_links import token_of
from reseller_console.accounts.models import CalendarFeed, TeamEvent, User
from reseller_console.lib.logs.pipeline import formatter
from reseller_console.lib.refusals import ActionRefused
from tests.attacks.test_secrets import whole_database
from tests.authorizations.calendar_feed.reading import fetched, path_of
from tests.counting import counted
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

AGAIN = ("X-Request-ID", "Content-Length")


def answer_at(path: str, **headers: str):
    """Return what a calendar gets; it has nothing but the address."""
    return Client().get(path, headers=headers)


def test_a_calendar_reads_it_without_signing_in(feed, customer, buy):
    buy()
    answer = answer_at(path_of(feed))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert not answer.cookies
    assert customer.name in answer.text.replace("\r\n ", "")


def test_a_head_is_the_head_of_the_same_answer(feed):
    head, page = Client().head(path_of(feed)), answer_at(path_of(feed))
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == page["Content-Type"]


def _unknown(feed, ada):
    return f"/calendar/{'x' * 43}.ics"


def _replaced(feed, ada):
    path = path_of(feed)
    verbs.replace_feed(feed, by=feed.user)
    return path


def _revoked(feed, ada):
    verbs.revoke_feed(feed, by=feed.user)
    return path_of(feed)


def _of_somebody_deactivated(feed, ada):
    team.deactivate(feed.user, successor=ada, by=ada, day=day_of(ada))
    return path_of(feed)


def _of_somebody_closed_out_otherwise(feed, ada):
    User.objects.filter(pk=feed.user_id).update(deactivated_at=feed.created_at)
    return path_of(feed)


DEAD = [_replaced, _revoked, _of_somebody_deactivated, _of_somebody_closed_out_otherwise]


@pytest.mark.parametrize("kill", DEAD)
def test_every_dead_address_gets_the_answer_of_one_that_never_was(feed, ada, kill):
    unknown = answer_at(_unknown(feed, ada))
    assert answer_at(path_of(feed)).status_code == 200
    dead = answer_at(kill(feed, ada))
    assert (dead.status_code, dead.content) == (404, unknown.content)
    assert not dead.cookies
    heads = [{k: v for k, v in one.items() if k not in AGAIN} for one in (dead, unknown)]
    assert heads[0] == heads[1]


def test_the_new_address_works_at_once(feed):
    old = path_of(feed)
    new = verbs.replace_feed(feed, by=feed.user)
    assert path_of(new) != old
    assert fetched(new)


def test_whoever_is_back_has_no_feed_any_more(feed, alice, ada):
    team.deactivate(alice, successor=ada, by=ada, day=day_of(ada))
    reactivate(alice, by=ada)
    assert answer_at(path_of(feed)).status_code == 404


@each("language", ["de", "et", "en"])
def test_the_language_of_the_calendar_is_not_asked(feed, buy, language):
    buy()
    answer = answer_at(path_of(feed), accept_language=language)
    assert "SUMMARY:Order due: PA-" in answer.text
    assert answer["Content-Language"] == "en"


def test_nobody_sends_anything_there(feed):
    assert Client().post(path_of(feed)).status_code == 405


# --- how often


def test_it_is_read_so_often_an_hour_and_again_in_the_next(feed, monkeypatch, alice):
    monkeypatch.setattr(verbs, "MOST_READINGS_AN_HOUR", 3)
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC), tick=False) as clock:
        assert [answer_at(path_of(feed)).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = answer_at(path_of(feed))
        assert refused["Retry-After"] == "3600"
        assert "no-store" in refused["Cache-Control"]
        clock.shift(dt.timedelta(minutes=61))
        assert answer_at(path_of(feed)).status_code == 200
    feed.refresh_from_db()
    assert feed.last_read_at == dt.datetime(2026, 3, 2, 10, 1, tzinfo=dt.UTC)
    assert feed.readings == 1


def test_an_address_that_leads_nowhere_costs_one_look(db):
    with counted(1, status=404):
        Client().get(f"/calendar/{'x' * 43}.ics")


# --- the secret


def test_the_secret_is_in_no_table_no_log_and_no_session(login, alice, ada, caplog):
    caplog.handler.setFormatter(formatter(format="json", release="r1"))
    caplog.set_level(logging.DEBUG)
    client = login(alice)
    client.post("/calendar/", {"key": str(uuid.uuid4()), "scope": "managed", "show": "all"})
    feed = CalendarFeed.objects.get()
    token = token_of(feed)
    assert token in client.get("/calendar/").text
    assert answer_at(path_of(feed)).status_code == 200
    verbs.revoke_feed(feed, by=alice)
    assert answer_at(path_of(feed)).status_code == 404
    assert "Not Found" in caplog.text
    assert token not in caplog.text
    assert token not in whole_database()


def test_a_restored_database_does_not_repeat_an_address(feed):
    old = path_of(feed)
    CalendarFeed.objects.all().delete()
    again = verbs.create_feed(feed.user, scope="managed", show="", by=feed.user)
    assert path_of(again) != old


# --- whose


def test_only_the_owner_and_for_revoking_ops_may(feed, ada, bob, ops, vera):
    refusals = [
        lambda: verbs.create_feed(bob, scope="managed", show="", by=ada),
        lambda: verbs.change_feed(feed, scope="everything", show="", by=ada),
        lambda: verbs.replace_feed(feed, by=ops),
        lambda: verbs.revoke_feed(feed, by=ada),
    ]
    for act in refusals:
        with pytest.raises(ActionRefused) as refused:
            act()
        assert refused.value.code == "not_own"
    for person in (vera, ops):
        with pytest.raises(ActionRefused) as refused:
            verbs.create_feed(person, scope="managed", show="", by=person)
        assert refused.value.code == "no_reseller"
    verbs.revoke_feed(feed, by=ops)
    assert not CalendarFeed.objects.exists()


def test_each_person_has_one(feed, alice):
    with pytest.raises(ActionRefused) as refused:
        verbs.create_feed(alice, scope="managed", show="", by=alice)
    assert refused.value.code == "exists"


@each("act", ["change_feed", "replace_feed", "revoke_feed"])
def test_what_is_revoked_is_revoked(feed, alice, act):
    verbs.revoke_feed(feed, by=alice)
    more = {"scope": "managed", "show": ""} if act == "change_feed" else {}
    with pytest.raises(ActionRefused) as refused:
        getattr(verbs, act)(feed, **more, by=alice)
    assert refused.value.code == "revoked"


def test_what_was_done_is_in_the_activity_of_the_team(login, alice, ada):
    feed = verbs.create_feed(alice, scope="managed", show="", by=alice)
    feed = verbs.change_feed(feed, scope="everything", show="", by=alice)
    verbs.change_feed(feed, scope="everything", show="", by=alice)
    feed = verbs.replace_feed(feed, by=alice)
    verbs.revoke_feed(feed, by=alice)
    kinds = ["created", "changed", "replaced", "revoked"]
    told = list(TeamEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert told == [f"calendar_feed_{kind}" for kind in kinds]
    page = login(ada).get("/team/").text
    assert "created a calendar feed for alice@north.example" in page
    assert "replaced the calendar feed address of alice@north.example" in page


def test_the_database_keeps_a_feed_with_its_owners_reseller(feed, south):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.filter(pk=feed.pk).update(reseller=south)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_knows_two_scopes(feed):
    with pytest.raises(DatabaseError), transaction.atomic():
        CalendarFeed.objects.filter(pk=feed.pk).update(scope="whatever")
