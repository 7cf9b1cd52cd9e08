"""Signing in, and a forgotten password, of members whose organizations are gone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Membership
from notifications.models import Email
from notifications.secret_links import address
from reseller_console.accounts.models import User
from reseller_console.catalogs import files
from tests.languages.english import assert_no_english
from tests.personas import PASSWORD

LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"
LANGUAGES = pytest.mark.parametrize("language", files.languages())


def sign_in(person, password=PASSWORD, query=""):
    client = Client()
    typed = {"login": person.email, "password": password}
    return client, client.post(f"{LOGIN}{query}", typed, follow=True)


@pytest.fixture
def removed(vera):
    """Vera, who is admin of nothing any more."""
    Membership.objects.filter(user=vera).update(removed_at=timezone.now(), removed_by=vera)
    return vera


@pytest.fixture
def closed(vera):
    """Vera, whose account is closed."""
    User.objects.filter(pk=vera.pk).update(deactivated_at=timezone.now())
    vera.refresh_from_db()
    return vera


def test_whoever_is_admin_of_nothing_signs_in_and_reads_what_to_do(removed):
    _client, page = sign_in(removed)
    assert page.request["PATH_INFO"] == "/member/"
    text = page.content.decode()
    assert "No organization at the moment" in text
    assert "Ask your reseller, or another VIP admin of your organization" in text


def test_a_kept_address_of_the_organization_leads_to_no_dead_end(removed, customer):
    client, page = sign_in(removed, query=f"?next={customer.get_member_url()}")
    assert page.status_code == 404
    ways = re.findall(r'href="([^"#]+)"', page.content.decode().split("<main")[1])
    assert "/" in ways
    assert client.get("/", follow=True).request["PATH_INFO"] == "/member/"


def test_a_forgotten_password_is_reset_all_the_same(removed):
    Client().post(RESET, {"email": removed.email})
    email = Email.objects.get(template="account_password_reset")
    client, new = Client(), "a quite different long secret"
    page = client.get("/" + address(email.context["link"]).split("/", 3)[3], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(removed, new)[1].request["PATH_INFO"] == "/member/"


def test_a_closed_account_says_whom_to_ask(closed):
    _client, page = sign_in(closed)
    assert page.request["PATH_INFO"] == "/accounts/inactive/"
    assert "ask your reseller to have it opened again" in page.content.decode()
    Client().post(RESET, {"email": closed.email})
    assert [email.template for email in Email.objects.all()] == ["account_unknown"]


@LANGUAGES
def test_all_of_it_is_translated(removed, language):
    removed.language = language
    removed.save(update_fields=["language"])
    _client, page = sign_in(removed)
    assert_no_english(page, language, names=("Vera Vaher",))
    stranger = Client(headers={"accept-language": language})
    for path in ("/accounts/inactive/", f"{RESET}done/"):
        assert_no_english(stranger.get(path), language)
