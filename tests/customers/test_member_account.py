"""A VIP admin's own account: `/member/account/`."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from django.db import connection, connections

from customers.actions.member_accounts import close_account
from customers.actions.own_account import change_name
from customers.models import CustomerEvent, TermsAcceptance
from reseller_console.accounts.models import User
from reseller_console.catalogs import files
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.each import each
from tests.languages.english import assert_no_english

ACCOUNT = "/member/account/"


def words(response):
    return " ".join(response.content.decode().split())


def typed(name):
    return {"key": str(uuid.uuid4()), "name": name}


@pytest.fixture
def signed_in(vera, login):
    return login(vera)


@pytest.fixture
def nobody(db):
    """A member who is admin of nothing."""
    return User.objects.create_user("nobody@customer.example", personas.PASSWORD, name="No Body")


def test_the_page_shows_what_is_ones_own(signed_in, customer):
    page = words(signed_in.get(ACCOUNT))
    assert 'value="Vera Vaher"' in page
    assert "vera@customer.example" in page
    assert "English" in page
    assert 'href="/accounts/password/change/"' in page
    assert f'href="{customer.get_member_url()}"' in page


def test_it_is_reached_from_every_page_of_a_member(signed_in, customer):
    base = customer.get_member_url()
    below = ("", "people/", "requests/", "admins/", "terms/", "activity/")
    for path in (*(f"{base}{rest}" for rest in below), ACCOUNT, "/accounts/password/change/"):
        page = words(signed_in.get(path))
        assert f'href="{ACCOUNT}"' in page, path
        assert 'action="/accounts/language/"' in page, path


def test_whoever_is_admin_of_nothing_has_an_account_too(login, nobody):
    page = words(login(nobody).get(ACCOUNT))
    assert "not a VIP admin of any organization at the moment" in page


def test_a_new_name_is_used_from_now_on_and_written_down_everywhere(
    signed_in, vera, viktor, customer, make_customer, login, alice
):
    second = make_customer(name="Second Organization")
    personas.make_member(second, vera.email, vera.name)
    form = typed("  Vera   Õnnela ")
    for _ in range(2):
        assert signed_in.post(ACCOUNT, form)["Location"] == ACCOUNT
    vera.refresh_from_db()
    assert vera.name == "Vera Õnnela"
    assert "Your name is saved." in words(signed_in.get(ACCOUNT))
    events = CustomerEvent.objects.filter(kind="admin_renamed")
    assert {event.customer for event in events} == {customer, second}
    assert len(events) == 2
    sentence = "changed their own name from Vera Vaher to Vera Õnnela"
    assert sentence in words(login(alice).get(customer.get_absolute_url()))
    assert sentence in words(login(viktor).get(f"{customer.get_member_url()}activity/"))
    # What was signed stays signed as it was.
    assert TermsAcceptance.objects.get(customer=customer).accepted_name == "Vera Vaher"


def test_the_same_name_again_changes_nothing(signed_in, vera):
    assert signed_in.post(ACCOUNT, typed("Vera Vaher")).status_code == 302
    assert not CustomerEvent.objects.filter(kind="admin_renamed").exists()


@each("name", ["", "   ", "<b>Vera</b>", "Vera\u202eVaher", "V" * 101, "V\x00"])
def test_what_is_no_name_is_refused_at_its_field(signed_in, vera, name):
    answer = signed_in.post(ACCOUNT, typed(name))
    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()
    vera.refresh_from_db()
    assert vera.name == "Vera Vaher"


@pytest.mark.parametrize("by", ["viktor", "alice", "ops"])
def test_nobody_else_changes_it(vera, by, request):
    with pytest.raises(ActionRefused) as refused:
        change_name(vera, name="Somebody", by=request.getfixturevalue(by))
    assert refused.value.code == "not_own"


def test_colleagues_do_not_change_theirs_here(login, alice):
    with pytest.raises(ActionRefused):
        change_name(alice, name="Somebody", by=alice)
    assert login(alice).post(ACCOUNT, typed("Somebody")).status_code == 404


@pytest.mark.parametrize("language", files.languages())
def test_it_is_translated(login, vera, viktor, customer, language):
    User.objects.filter(pk__in=[vera.pk, viktor.pk]).update(language=language)
    vera.refresh_from_db()
    client = login(vera)
    names = ("Vera Vaher", "Vera Neu", "Viktor Vask", customer.name, "North", "Alice Adams")
    assert_no_english(client.get(ACCOUNT), language, names=names)
    assert_no_english(client.post(ACCOUNT, typed("<")), language, names=names)
    assert_no_english(client.post(ACCOUNT, typed("Vera Neu"), follow=True), language, names=names)
    activity = client.get(f"{customer.get_member_url()}activity/")
    assert_no_english(activity, language, names=names)


@pytest.mark.django_db(transaction=True)
def test_a_new_name_while_ops_close_the_account_blocks_nobody(
    vera, customer, make_customer, ops, monkeypatch
):
    """Who locked the account first and its customers last would meet who does the opposite."""
    for _ in range(3):
        personas.make_member(make_customer(), vera.email, vera.name)
    real, errors = CustomerEvent.objects.bulk_create, []

    def slowly(rows):
        rows = list(rows)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return real(rows)

    monkeypatch.setattr(CustomerEvent.objects, "bulk_create", slowly)

    def run(act):
        try:
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    acts = (
        lambda: change_name(vera, name="Vera Veski", by=vera),
        lambda: close_account(vera, by=ops),
    )
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join(30)
    assert errors == []
    vera.refresh_from_db()
    assert (vera.name, vera.is_active) == ("Vera Veski", False)
