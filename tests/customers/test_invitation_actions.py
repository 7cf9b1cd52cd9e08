"""What resending and withdrawing an invitation do to the emails and links before."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now

from customers.actions.accept import follow_link
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.admins.landing import link_of_token
from customers.admins.links import token_for
from customers.admins.memberships import admins_of
from customers.emails import post_invitation
from customers.models import Customer, Invitation
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.personas import day_of


@pytest.fixture
def invited(customer):
    """A customer whose invitation still waits to be sent."""
    invitation = customer.invitations.get()
    invitation.email = post_invitation(customer, invitation)
    invitation.save()
    return customer


def states():
    emails = Email.objects.with_delivery().filter(template="customer_invited").order_by("pk")
    return [email.delivery for email in emails]


def test_resending_replaces_the_link_and_the_email_that_still_waited(invited, alice, pinned_today):
    resend_invitation(invited, by=alice, day=day_of(invited, pinned_today))
    assert states() == ["skipped", "queued"]
    versions = Invitation.objects.in_force().values_list("version", flat=True)
    assert list(versions) == [2]


def test_an_email_that_went_out_stays_as_it_was(invited, alice, pinned_today):
    Email.objects.update(sent_at=Now())
    resend_invitation(invited, by=alice, day=day_of(invited, pinned_today))
    assert states() == ["sent", "queued"]


def test_withdrawing_keeps_a_waiting_email_from_going_out(invited, alice, pinned_today):
    withdraw_invitation(invited, by=alice, day=day_of(invited, pinned_today))
    assert states() == ["skipped"]


def test_resending_revives_a_withdrawn_customer(invited, alice, pinned_today):
    withdraw_invitation(invited, by=alice, day=day_of(invited, pinned_today))
    resend_invitation(invited, by=alice, day=day_of(invited, pinned_today))
    customer = Customer.objects.get(pk=invited.pk)
    assert customer.withdrawn_at is None
    assert customer.no_products_from_on == pinned_today


def test_an_accepted_invitation_is_neither_sent_again_nor_withdrawn(invited, alice, pinned_today):
    personas.make_member(invited, "vera@customer.example", "Vera Vaher")
    for action in (resend_invitation, withdraw_invitation):
        with pytest.raises(ActionRefused) as caught:
            action(invited, by=alice, day=day_of(invited, pinned_today))
        assert caught.value.code == "accepted"


def test_an_accepted_customer_without_admins_gets_a_way_in(
    customer, vera, vip_terms, alice, pinned_today
):
    accepted_at = Customer.objects.get(pk=customer.pk).accepted_at
    User.objects.filter(pk=vera.pk).update(deactivated_at=Now())
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    link = link_of_token(token_for(customer.vip_id, 2))
    newcomer = User.objects.create_user(customer.contact_email, "x" * 20, name="Vera Vaher")
    follow_link(link, by=newcomer, terms=vip_terms, language="en")
    assert [row.user for row in admins_of(customer)] == [newcomer]
    after = Customer.objects.shown_today().get(pk=customer.pk)
    assert (after.accepted_at, after.invitation_state) == (accepted_at, "accepted")
    with pytest.raises(ActionRefused):
        resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))


def test_a_customer_with_products_is_not_withdrawn(invited, alice, pinned_today):
    Customer.objects.filter(pk=invited.pk).update(no_products_from_on=None)
    with pytest.raises(ActionRefused) as caught:
        withdraw_invitation(invited, by=alice, day=day_of(invited, pinned_today))
    assert caught.value.code == "has_products"
