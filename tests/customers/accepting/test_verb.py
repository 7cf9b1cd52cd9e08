"""What following a link refuses, whatever the page has let through."""

from __future__ import annotations

import pytest
from django.utils import timezone

from customers.actions.accept import NewAccount, follow_link
from customers.actions.admins import invite_admin
from customers.admins.landing import link_of_token
from customers.admins.links import admin_token_for, token_for
from customers.models import Invitation, Membership, TermsAcceptance
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTerms
from tests.customers.accepting.forms import GOOD, nobody_accepted
from tests.customers.admins import PIA

SOMEBODY = NewAccount(name="Vera Vaher", password=GOOD, language="en")


@pytest.fixture
def link(customer, terms):
    """The contact's link, read while it worked."""
    return link_of_token(token_for(customer.vip_id, 1))


def refused(link, terms: VipTerms | None) -> str:
    with pytest.raises(ActionRefused) as refusal:
        follow_link(link, by=SOMEBODY, terms=terms, language="en")
    return refusal.value.code


@pytest.mark.parametrize("gone", ["used_at", "superseded_at"])
def test_a_link_that_has_died_since_it_was_read_is_not_followed(link, customer, terms, gone):
    Invitation.objects.filter(pk=link.invitation.pk).update(**{gone: timezone.now()})
    assert refused(link, terms) == "gone"
    assert nobody_accepted(customer) and not User.objects.filter(email=link.address).exists()


def test_a_contact_accepts_the_terms_in_force_and_no_others(link, customer, terms, program):
    other = VipTerms.objects.create(program=program, version=terms.version + 1)
    assert refused(link, None) == refused(link, other) == "terms"
    assert nobody_accepted(customer)


def test_a_further_admin_accepts_nothing_for_the_customer(customer, by_vera, terms):
    made = invite_admin(customer, details=PIA, **by_vera)
    before = TermsAcceptance.objects.count()
    link = link_of_token(admin_token_for(customer.vip_id, made.address_key, made.version))
    follow_link(link, by=SOMEBODY, terms=terms, language="en")
    assert Membership.objects.filter(customer=customer).count() == 2
    assert TermsAcceptance.objects.count() == before
