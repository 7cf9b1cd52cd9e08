"""What was typed when the session had ended: there again after signing in, and not carried out."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from notifications.models import Email
from tests.customers.forms import HTMX, PATH, page, typed
from tests.personas import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"
OWN = {"HTTP_ORIGIN": "http://testserver"}
SENTENCE = "You were signed out before this was sent, so nothing was saved."


def sign_in(browser: Client, user, path: str = PATH):
    """Sign in by the page and go where that leads."""
    fields = {"login": user.email, "password": PASSWORD, "next": path}
    return browser.post(SIGN_IN, fields, follow=True)


def test_a_form_of_a_session_that_has_ended_is_there_again(client, alice):
    answer = client.post(PATH, typed(name="Tähe Keemia OÜ", step="details", go="next"))
    assert answer["Location"] == f"{SIGN_IN}?next={PATH}"
    assert "What you typed will be in the form again" in page(client.get(answer["Location"]))
    shown = sign_in(client, alice)
    assert shown.status_code == 200
    assert 'value="Tähe Keemia OÜ"' in page(shown) and SENTENCE in page(shown)
    assert not Customer.objects.exists() and not Email.objects.exists()
    assert SENTENCE not in page(client.get(PATH)), "once"


def test_what_was_given_back_is_sent_again_and_acts_once(client, alice):
    client.post(PATH, typed())
    form = sign_in(client, alice).context["form"]
    again = typed(key=str(form["key"].value()))
    assert uuid.UUID(again["key"])
    assert client.post(PATH, again).status_code == client.post(PATH, again).status_code == 302
    assert Customer.objects.count() == 1


def test_a_dialog_leads_to_the_sign_in_page_and_its_form_comes_back_as_a_page(client, alice):
    answer = client.post(PATH, typed(step="details", go="next"), **HTMX)
    assert answer["HX-Redirect"] == f"{SIGN_IN}?next={PATH}"
    assert 'value="Tähe Keemia OÜ"' in page(sign_in(client, alice))


def signed_in_again(user) -> tuple[Client, str]:
    """Return a browser whose session is a new one, and the token of a form of the one before."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    stale = str(browser.get(PATH).context["csrf_token"])
    browser.logout()
    browser.cookies.clear()
    browser.force_login(user)
    browser.get(PATH)
    return browser, stale


def test_what_is_too_long_to_be_kept_is_refused_and_not_promised(alice):
    browser, stale = signed_in_again(alice)
    answer = browser.post(PATH, typed(city="x" * 40_000, csrfmiddlewaretoken=stale), **OWN)
    assert answer.status_code == 403


def test_a_form_that_was_open_before_signing_in_elsewhere_is_shown_again(alice):
    browser, stale = signed_in_again(alice)
    fields = typed(step="details", go="next", csrfmiddlewaretoken=stale)
    answer = browser.post(PATH, fields, **OWN)
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    assert 'value="Tähe Keemia OÜ"' in page(browser.get(PATH))
    assert not Customer.objects.exists()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "http://testserver:81"])
def test_no_other_site_fills_in_a_form(origin, alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    headers = {} if origin is None else {"HTTP_ORIGIN": origin}
    assert browser.post(PATH, typed(), **headers).status_code == 403
    assert "Tähe Keemia" not in page(browser.get(PATH))


def test_passwords_and_tokens_are_not_kept(client):
    client.post(PATH, typed(password1="s3cret-word", csrfmiddlewaretoken="t0ken"))
    kept = client.session["unsent"]["typed"]
    assert "Tartu" in kept and "s3cret-word" not in kept and "t0ken" not in kept


@pytest.mark.parametrize(
    "fields",
    [typed(key=None), typed(key="x"), typed(city="x" * 40_000)],
    ids=["no key", "no such key", "longer than any form"],
)
def test_nothing_is_stored_for_what_no_form_of_ours_sends(fields, client):
    client.post(PATH, fields)
    assert not Session.objects.exists()


def test_what_was_typed_waits_for_half_an_hour(client, alice, monkeypatch):
    client.post(PATH, typed(step="details", go="next"))
    later = timezone.now() + dt.timedelta(minutes=31)
    monkeypatch.setattr("reseller_console.tenancy.unsent.timezone.now", lambda: later)
    assert "What you typed" not in page(client.get(f"{SIGN_IN}?next={PATH}"))
    client.force_login(alice)
    assert "Tähe Keemia" not in page(client.get(PATH))


def test_anyone_who_may_not_send_the_form_does_not_see_it(client, bob):
    client.post(PATH, typed())
    answer = sign_in(client, bob)
    assert answer.status_code == 403 and "Tähe Keemia" not in page(answer)


def test_it_waits_at_its_own_address_only(client, alice, customer):
    client.post(PATH, typed(step="details", go="next"))
    client.force_login(alice)
    other = client.get(f"{customer.get_absolute_url()}authorizations/new/")
    assert SENTENCE not in page(other)
    assert 'value="Tähe Keemia OÜ"' in page(client.get(PATH))
