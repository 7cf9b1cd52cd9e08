"""Who VIP admins are, who gets their emails, and which terms wait for them."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from customers.admins.memberships import admins_of, customers_of_admin
from customers.admins.recipients import vip_admins, vip_admins_of
from customers.admins.vip_terms import (
    refuse_until_accepted,
    terms_in_force,
    terms_to_accept,
    text_of,
)
from customers.models import Membership
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTermsText
from tests import personas
from tests.counting import counted


def addresses(customer):
    return [recipient.address for recipient in vip_admins(customer)]


def test_an_account_is_a_colleagues_ops_or_a_members(alice, ops, vera):
    kinds = {user.email: user.kind for user in User.objects.all()}
    assert kinds[alice.email] == User.Kind.COLLEAGUE
    assert kinds[ops.email] == User.Kind.OPS
    assert kinds[vera.email] == User.Kind.MEMBER


@pytest.mark.parametrize("who", ["alice", "ops"])
def test_the_database_refuses_a_colleague_as_a_member(who, request, customer):
    with pytest.raises(IntegrityError, match="member_kind"), transaction.atomic():
        Membership.objects.create(
            reseller=customer.reseller, customer=customer, user=request.getfixturevalue(who)
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_to_make_a_member_a_colleague(vera, north):
    with pytest.raises(IntegrityError, match="member_kind"), transaction.atomic():
        User.objects.filter(pk=vera.pk).update(reseller=north, role="viewer")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_before_acceptance_emails_go_to_the_contact(customer):
    assert addresses(customer) == [customer.contact_email]


def test_after_acceptance_every_active_admin_gets_them(customer, vera, viktor):
    assert addresses(customer) == [vera.email, viktor.email]
    viktor.deactivated_at = timezone.now()
    viktor.save(update_fields=["deactivated_at"])
    assert addresses(customer) == [vera.email]


def test_an_accepted_customer_without_admins_is_written_to_at_its_contact(make_customer):
    customer = make_customer(accepted_at=timezone.now())
    assert addresses(customer) == [customer.contact_email]


def test_nobody_gets_emails_of_a_withdrawn_customer(make_customer):
    assert addresses(make_customer(withdrawn_at=timezone.now())) == []


def test_recipients_of_many_customers_take_one_query(customer, vera, viktor, olaf, make_customer):
    customers = [customer, make_customer(), *customers_of_admin(olaf)]
    with counted(1):
        found = vip_admins_of(customers)
    assert [len(found[row.pk]) for row in customers] == [2, 1, 1]


def test_a_member_is_admin_of_exactly_the_own_customers(customer, vera, olaf, alice):
    assert list(customers_of_admin(vera)) == [customer]
    assert customer not in customers_of_admin(olaf)
    assert not customers_of_admin(alice).exists()
    Membership.objects.filter(user=vera).update(removed_at=timezone.now())
    assert not customers_of_admin(vera).exists()
    assert admins_of(customer) == []


def test_the_newest_published_terms_are_in_force(customer, program, vip_terms):
    assert terms_in_force(customer) == vip_terms
    personas.make_vip_terms(program, version=2, published=False)
    assert terms_in_force(customer) == vip_terms
    third = personas.make_vip_terms(program, version=3)
    assert terms_in_force(customer) == third


def test_new_terms_wait_until_an_admin_accepts_them(customer, vera, program):
    assert terms_to_accept(customer) is None
    newer = personas.make_vip_terms(program, version=2)
    assert terms_to_accept(customer) == newer
    with pytest.raises(ActionRefused) as refused:
        refuse_until_accepted(customer)
    assert refused.value.code == "terms"


def test_terms_are_read_in_ones_language_else_in_english(program):
    terms = personas.make_vip_terms(program, published=False)
    assert text_of(terms, "de").language == "en"
    VipTermsText.objects.create(terms=terms, language="de", body="Bedingungen.")
    terms.refresh_from_db()
    assert text_of(terms, "de").body == "Bedingungen."


@pytest.fixture
def unchangeable():
    """Return a context in which the database refuses to touch published terms."""

    @contextmanager
    def refuses():
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            yield

    return refuses


def test_published_words_never_change(vip_terms, program, unchangeable):
    words = VipTermsText.objects.filter(terms=vip_terms)
    draft = personas.make_vip_terms(program, version=2, published=False)
    german = VipTermsText.objects.create(terms=draft, language="de", body="Bedingungen.")
    with unchangeable():
        words.update(body="Other words.")
    with unchangeable():
        VipTermsText.objects.create(terms=vip_terms, language="et", body="Tingimused.")
    with unchangeable():
        VipTermsText.objects.filter(pk=german.pk).update(terms=vip_terms)
    with unchangeable():
        words.update(terms=draft, language="et")
    with unchangeable():
        words.delete()
    with unchangeable():
        type(vip_terms).objects.filter(pk=vip_terms.pk).update(published_at=None)
    assert [text.language for text in words] == ["en"]


def test_published_terms_are_not_deleted(vip_terms, unchangeable):
    with unchangeable():
        vip_terms.delete()
    # Also without the words, by a statement nobody of the console writes.
    with unchangeable(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenancy_vipterms WHERE id = %s", [vip_terms.pk])


def test_a_drafts_words_come_change_and_go(program):
    draft = personas.make_vip_terms(program, published=False)
    german = VipTermsText.objects.create(terms=draft, language="de", body="Bedingungen.")
    german.body = "Neue Bedingungen."
    german.save(update_fields=["body"])
    german.delete()
    draft.delete()
    assert not VipTermsText.objects.exists()
