"""Which language a page is in, and choosing another."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from customers.admins.links import path_for
from customers.organization.envelope import address_lines
from reseller_console.accounts.models import User
from reseller_console.lib import wording
from reseller_console.lib.languages import spoken
from tests.counting import counted
from tests.personas import PASSWORD

pytestmark = pytest.mark.django_db
GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-CH,de;q=0.9,en;q=0.5"}
CHOOSE = "/accounts/language/"


@pytest.fixture
def veit(db):
    """Veit is a member who reads German."""
    return User.objects.create_user("veit@member.example", PASSWORD, name="Veit", language="de")


def language_of(response) -> str:
    """Return the language a page says it is in, in its markup and its header alike."""
    said = response["Content-Language"]
    assert f'<html lang="{said}"' in response.content.decode()
    return said


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.8", "de"),
        ("et-EE,et;q=0.9,en;q=0.5", "et"),
        ("fr-FR,fr;q=0.9,de;q=0.4", "de"),
        ("fr", "en"),
        ("en-GB", "en"),
        ("*", "en"),
        ("de;q=x, \x00, ../../etc", "en"),
        ("", "en"),
    ],
)
def test_strangers_are_answered_in_the_language_their_browser_asks_for(client, asked, answered):
    for path, status in (("/accounts/login/", 200), ("/no-such-page/", 404)):
        response = client.get(path, HTTP_ACCEPT_LANGUAGE=asked)
        assert (response.status_code, language_of(response)) == (status, answered)
        assert "Accept-Language" in response["Vary"]


def test_a_form_that_is_too_large_is_refused_in_the_readers_language(client):
    response = client.post("/accounts/login/", {"login": "x" * 3_000_000}, **GERMAN)
    assert (response.status_code, language_of(response)) == (413, "de")


def test_members_read_the_language_of_their_account_whatever_the_browser_says(login, veit):
    response = login(veit, HTTP_ACCEPT_LANGUAGE="et").get("/accounts/password/change/")
    assert language_of(response) == "de"
    assert "Accept-Language" not in response["Vary"]


def test_resellers_and_ops_read_english_whatever_they_or_the_browser_say(login, alice, ops):
    for person, path in ((alice, "/customers/"), (alice, "/nowhere/"), (ops, "/admin/")):
        person.language = "de"
        person.save()
        assert language_of(login(person, **GERMAN).get(path)) == "en"


def test_one_answer_leaves_no_language_behind_for_the_next(client):
    client.get("/accounts/login/", **GERMAN)
    assert translation.get_language() == "en"


def test_strangers_choose_for_their_browser_and_come_back(client):
    page = "/accounts/login/?next=/customers/"
    answer = client.post(CHOOSE, {"language": "et", "next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert language_of(client.get(page, **GERMAN)) == "et"


def test_members_choose_for_their_account(login, veit):
    login(veit).post(CHOOSE, {"language": "et", "next": "/accounts/password/change/"})
    veit.refresh_from_db()
    assert veit.language == "et"
    assert language_of(login(veit).get("/accounts/password/change/")) == "et"


def test_the_choice_stands_below_the_page_and_says_which_it_is(client):
    foot = client.get("/accounts/login/", **GERMAN).content.decode().split("</main>")[1]
    for name in ("English", "Deutsch", "Eesti"):
        assert f">{name}</button>" in foot
    current = foot.split('aria-current="true"')
    assert len(current) == 2
    assert current[1].startswith(">Deutsch<")


def test_an_invitation_is_shown_in_the_language_of_whom_it_is_for(client, make_customer):
    link = path_for(make_customer(language="et").vip_id, 1)
    assert language_of(client.get(link, follow=True, **GERMAN)) == "et"
    client.post(CHOOSE, {"language": "en", "next": "/invitation/"})
    assert language_of(client.get("/invitation/", **GERMAN)) == "en"


def test_resellers_have_nothing_to_choose(login, alice):
    browser = login(alice)
    assert CHOOSE not in browser.get("/customers/").content.decode()
    assert browser.post(CHOOSE, {"language": "de"}).status_code == 403
    alice.refresh_from_db()
    assert alice.language == "en"


def test_the_secret_address_of_an_invitation_is_not_repeated_in_it(client):
    for path in ("/invitations/0123456789/", "/accounts/join/0123456789/"):
        page = client.get(path, follow=True)
        assert path not in page.content.decode()


@pytest.mark.parametrize("language", ["fr", "", "de' OR 1=1", "DE"])
def test_a_language_nobody_offered_changes_nothing(client, language):
    client.post(CHOOSE, {"language": language})
    assert language_of(client.get("/accounts/login/", **GERMAN)) == "de"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:x", ""]
)
def test_the_choice_leads_nowhere_else(client, elsewhere):
    answer = client.post(CHOOSE, {"language": "de", "next": elsewhere})
    assert answer["Location"] == reverse("home")


def test_the_choice_cannot_be_made_from_another_site(veit):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(veit)
    assert browser.post(CHOOSE, {"language": "et"}).status_code == 403


def test_strangers_cost_no_query(client):
    with counted(0):
        client.get("/accounts/login/", **GERMAN)


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "2 March 2026", "2 Mar 2026"),
        ("de", "2. März 2026", "2. März 2026"),
        ("et", "2. märts 2026", "2. märts 2026"),
    ],
)
def test_dates_are_written_as_the_language_does(language, long, short):
    date = dt.date(2026, 3, 2)
    with translation.override(language):
        assert wording.long_date(date) == long
        assert wording.short_date(date) == short
        page = Template("{{ d|long_date }}; {{ d|short_date }}; {{ at|moment }}; {{ none|moment }}")
        at = dt.datetime(2026, 3, 2, 14, 5, tzinfo=dt.UTC)
        shown = page.render(Context({"d": date, "at": at, "none": None}))
        assert shown == f"{long}; {short}; {short}, 14:05; "


def test_estonians_shorten_february_and_leave_march_whole():
    with translation.override("et"):
        assert wording.short_date(dt.date(2026, 2, 9)) == "9. veebr. 2026"
        assert wording.short_date(dt.date(2026, 3, 9)) == "9. märts 2026"


@pytest.mark.parametrize(
    ("language", "country"), [("en", "Sweden"), ("de", "Schweden"), ("et", "Rootsi")]
)
def test_the_country_of_an_address_is_named_in_the_readers_language(language, country):
    parts = {"city": "Umeå", "address_1": "Skolgatan 1", "address_2": "", "postal_code": "11456"}
    with translation.override(language):
        lines = address_lines(country="SE", region="", **parts)
    assert lines[0] == "Skolgatan 1"
    assert lines[-1] == country


@pytest.mark.parametrize(
    ("asked", "given"), [("de", "de"), ("de-at", "de"), ("ET", "et"), ("fr", "en"), ("", "en")]
)
def test_a_language_nobody_translated_to_is_english(asked, given):
    assert spoken(asked) == given
