"""The pages strangers and members meet, in German and Estonian, with what they complain about."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from customers.admins.links import path_for
from reseller_console.accounts.models import User
from reseller_console.catalogs import files
from tests.each import each
from tests.languages.english import assert_no_english
from tests.personas import PASSWORD

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", files.languages())

NEW = "a quite different passphrase"
FORMS = {
    "/accounts/login/": [
        {},
        {"login": "not an address", "password": "x"},
        {"login": "nobody@nowhere.example", "password": "wrong"},
    ],
    "/accounts/password/reset/": [{}, {"email": "not an address"}],
}
CHANGES = [
    {},
    {"oldpassword": "wrong", "password1": NEW, "password2": NEW},
    {"oldpassword": PASSWORD, "password1": NEW, "password2": "another"},
    {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
    {"oldpassword": PASSWORD, "password1": "password1234", "password2": "password1234"},
    {"oldpassword": PASSWORD, "password1": "mona@mets.example", "password2": "x"},
    {"oldpassword": PASSWORD, "password1": "Mona Mets 1234", "password2": "Mona Mets 1234"},
]


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def mona(language):
    """Mona is a member who reads the language."""
    return User.objects.create_user(
        "mona@mets.example", PASSWORD, name="Mona Mets", language=language
    )


@LANGUAGES
@each(
    "path",
    [
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-nonsense/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
        "/accounts/join/nonsense/",
        "/invitations/nonsense/",
        "/invitation/",
        "/no-such-page/",
    ],
)
def test_pages_of_strangers(client, path, language):
    answer = client.get(path, follow=True, HTTP_ACCEPT_LANGUAGE=language)
    assert_no_english(answer, language)


@LANGUAGES
@each(("path", "number"), [(p, n) for p in FORMS for n in range(len(FORMS[p]))])
def test_complaints_to_strangers(client, path, number, language):
    typed = FORMS[path][number]
    answer = client.post(path, typed, follow=True, HTTP_ACCEPT_LANGUAGE=language)
    assert b'class="errors"' in answer.content or b"notice-error" in answer.content
    assert_no_english(answer, language)


@LANGUAGES
def test_too_many_tries(client, language):
    for number in range(12):
        answer = client.post(
            "/accounts/login/",
            {"login": "nobody@nowhere.example", "password": f"wrong {number}"},
            HTTP_ACCEPT_LANGUAGE=language,
        )
    assert answer.status_code == 429
    assert_no_english(answer, language)


@LANGUAGES
@each("number", range(len(CHANGES)))
def test_complaints_about_a_new_password(login, mona, language, number):
    answer = login(mona).post("/accounts/password/change/", CHANGES[number])
    assert b'class="errors"' in answer.content
    assert_no_english(answer, language, names=("mona@mets.example",))


@LANGUAGES
def test_pages_of_a_member_about_the_account(login, mona, language):
    for path in ("/accounts/password/change/", "/accounts/logout/", "/no-such-page/"):
        assert_no_english(login(mona).get(path), language, names=("Mona Mets",))


@LANGUAGES
def test_signing_out_says_so(login, mona, language):
    answer = login(mona).post("/accounts/logout/", follow=True, HTTP_ACCEPT_LANGUAGE=language)
    assert_no_english(answer, language)


@LANGUAGES
def test_a_form_that_has_gone_stale(client, language):
    client.handler.enforce_csrf_checks = True
    answer = client.post("/accounts/login/", {}, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 403
    assert_no_english(answer, language)


@LANGUAGES
@pytest.mark.parametrize("typed", [None, {}, {"password1": "short", "password2": "other"}])
def test_the_invitation(client, make_customer, vip_terms, language, typed):
    customer = make_customer(language=language)
    page = client.get(path_for(customer.vip_id, 1), follow=True)
    if typed is not None:
        page = client.post("/invitation/", typed)
    names = ("Vera Vaher", "Alice Adams")
    assert_no_english(page, language, names=names)
