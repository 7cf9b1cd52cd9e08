"""The VIP terms on a member's pages: `/member/<VIP ID>/terms/`."""

from __future__ import annotations

import uuid

import pytest

from customers.admins.vip_terms import terms_to_accept
from customers.models import TermsAcceptance
from reseller_console.tenancy.models import VipTermsText
from tests import personas
from tests.counting import counted

BANNER = "The VIP terms have changed."


def sent(version, **changes):
    return {"key": str(uuid.uuid4()), "version": str(version), "agreed": "on"} | changes


@pytest.fixture
def path(customer):
    return f"/member/{customer.vip_id}/terms/"


@pytest.fixture
def signed_in(vera, login):
    return login(vera)


@pytest.fixture
def newer(vera, program):
    return personas.make_vip_terms(program, version=2)


def read(signed_in, path):
    return signed_in.get(path).content.decode()


def test_the_terms_in_force_are_shown_with_who_accepted_them(signed_in, path):
    page = read(signed_in, path)
    assert "These are the terms, version 1." in page
    assert "Accepted by Vera Vaher on" in page
    assert '<form method="post" action="' + path not in page


def test_a_new_version_waits_on_every_page_until_an_admin_accepts(
    signed_in, path, customer, newer, viktor, login
):
    home, admins = customer.get_member_url(), f"{customer.get_member_url()}admins/"
    for other in (home, admins):
        assert BANNER in read(signed_in, other)
    page = read(signed_in, path)
    assert BANNER not in page
    assert "This version is new and waits for an admin to accept it." in page
    answer = signed_in.post(path, sent(2))
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert terms_to_accept(customer) is None
    assert BANNER not in read(login(viktor), admins)
    page = read(signed_in, path)
    assert "Accepted before" in page
    assert "These are the terms, version 1." in read(signed_in, f"{path}1/")


def test_the_banner_takes_one_query(vera, customer, newer):
    customer.reseller.program  # noqa: B018 - loaded before
    with counted(1):
        assert terms_to_accept(customer) == newer


def test_without_the_tick_nothing_is_accepted(signed_in, path, newer):
    answer = signed_in.post(path, sent(2, agreed=""))
    assert answer.status_code == 422
    assert "Tick the box" in answer.content.decode()
    assert not TermsAcceptance.objects.filter(terms=newer).exists()


@pytest.mark.parametrize("version", ["1", "", "99", "x"])
def test_a_tick_is_for_the_version_it_stood_under(signed_in, path, newer, version):
    answer = signed_in.post(path, sent(version))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The terms have just changed." in page
    assert "Tick the box" not in page
    assert 'name="version" value="2"' in page
    assert " checked" not in page
    assert not TermsAcceptance.objects.filter(terms=newer).exists()


def test_whoever_is_slower_finds_the_other_admins_acceptance(signed_in, path, newer, viktor, login):
    assert login(viktor).post(path, sent(2)).status_code == 302
    assert signed_in.post(path, sent(2)).status_code == 302
    assert TermsAcceptance.objects.get(terms=newer).accepted_by == viktor


def test_one_reads_the_terms_in_ones_own_language(signed_in, path, vera, program):
    draft = personas.make_vip_terms(program, version=2, published=False)
    VipTermsText.objects.create(terms=draft, language="et", body="Tingimused, versioon 2.")
    draft.published_at = draft.created_at
    draft.save()
    vera.language = "et"
    vera.save()
    page = read(signed_in, path)
    assert "Tingimused, versioon 2." in page
    assert 'lang="et"' in page
    signed_in.post(path, sent(2))
    assert TermsAcceptance.objects.get(terms=draft).language == "et"


def test_only_versions_that_were_accepted_are_shown(signed_in, path, newer):
    for version in (2, 3):
        assert signed_in.get(f"{path}{version}/").status_code == 404


def test_before_there_are_terms_the_page_says_so(make_customer, login):
    customer = make_customer()
    user = personas.make_member(customer, "new@other.example", "New Admin")
    page = read(login(user), f"{customer.get_member_url()}terms/")
    assert "No terms have been published yet." in page


def test_a_customer_that_never_accepted_reads_that(make_customer, login, vip_terms):
    customer = make_customer()
    user = personas.make_member(customer, "new@other.example", "New Admin")
    page = read(login(user), f"{customer.get_member_url()}terms/")
    assert "No version of the terms has been accepted for your organization yet." in page


def test_the_words_of_terms_are_text(signed_in, path, program, vera):
    draft = personas.make_vip_terms(program, version=2, published=False)
    draft.texts.update(body="<script>alert(1)</script>\n\nSecond paragraph.")
    draft.published_at = draft.created_at
    draft.save()
    page = read(signed_in, path)
    assert "<script>alert" not in page
    assert "<p>Second paragraph.</p>" in page
