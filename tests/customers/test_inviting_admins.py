"""Inviting further VIP admins: who can be invited, how often, and what the link does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from customers.actions.accept import follow_link
from customers.actions.admins import (
    AdminDetails,
    invite_admin,
    resend_admin_invitation,
    withdraw_admin_invitation,
)
from customers.admins.landing import link_of_token
from customers.admins.links import admin_token_for
from customers.admins.memberships import admins_of
from customers.models import AdminInvitation
from notifications.secret_links import address
from notifications.tracking.reasons import Reason
from notifications.tracking.suppressions import suppress
from reseller_console.accounts.models import User
from tests import personas
from tests.customers.admins import PIA, emails, events, refusal
from tests.personas import day_of


def test_an_invited_person_gets_an_email_whose_link_makes_an_admin(customer, vera, by_vera):
    invitation = invite_admin(customer, details=PIA, **by_vera)
    [email] = emails("admin_invited")
    assert (email.to_address, email.to_name, email.language) == (
        "pia@customer.example",
        "Pia Pärn",
        "et",
    )
    token = address(email.context["link"]).rstrip("/").rpartition("/")[2]
    link = link_of_token(token)
    assert link.invitation == invitation
    pia = User.objects.create_user(PIA.address, personas.PASSWORD, name="Pia Pärn")
    follow_link(link, by=pia, terms=None, language="")
    assert [row.user for row in admins_of(customer)] == [vera, pia]
    assert link_of_token(token) is None
    assert events(customer) == [("admin_invited", PIA.address), ("admin_joined", PIA.address)]


def test_the_link_works_for_the_days_of_the_program(customer, by_vera, set_today, pinned_today):
    invitation = invite_admin(customer, details=PIA, **by_vera)
    assert invitation.expires_on == pinned_today + dt.timedelta(days=30)
    token = admin_token_for(customer.vip_id, invitation.address_key, 1)
    set_today(invitation.expires_on)
    assert link_of_token(token) is not None
    set_today(invitation.expires_on + dt.timedelta(days=1))
    assert link_of_token(token) is None


def test_inviting_again_kills_the_link_and_the_email_that_waited(customer, by_vera):
    first = invite_admin(customer, details=PIA, **by_vera)
    shouted = AdminDetails("Pia", "Pärn", "PIA@customer.example", "en")
    second = resend_admin_invitation(invite_admin(customer, details=shouted, **by_vera), **by_vera)
    assert [first.version, second.version] == [1, 3]
    tokens = [admin_token_for(customer.vip_id, first.address_key, v) for v in (1, 2, 3)]
    assert [link_of_token(token) is not None for token in tokens] == [False, False, True]
    assert [row.delivery for row in emails("admin_invited")] == ["skipped", "skipped", "queued"]
    assert [kind for kind, _ in events(customer)] == [
        "admin_invited",
        "admin_link_resent",
        "admin_link_resent",
    ]


def test_only_the_email_of_the_same_person_is_recalled(customer, by_vera):
    invite_admin(customer, details=PIA, **by_vera)
    paul = AdminDetails("Paul", "Pärn", "paul@customer.example", "en")
    withdraw_admin_invitation(invite_admin(customer, details=paul, **by_vera), **by_vera)
    states = {row.to_address: row.delivery for row in emails("admin_invited")}
    assert states == {"pia@customer.example": "queued", "paul@customer.example": "skipped"}


def test_a_withdrawn_invitation_is_dead_and_can_be_made_anew(customer, by_vera):
    invitation = invite_admin(customer, details=PIA, **by_vera)
    withdraw_admin_invitation(invitation, **by_vera)
    assert link_of_token(admin_token_for(customer.vip_id, invitation.address_key, 1)) is None
    for act in (resend_admin_invitation, withdraw_admin_invitation):
        assert refusal(act, invitation, **by_vera).code == "gone"
    again = invite_admin(customer, details=PIA, **by_vera)
    assert (again.version, again.withdrawn_at) == (2, None)
    assert [kind for kind, _ in events(customer)] == [
        "admin_invited",
        "admin_invitation_withdrawn",
        "admin_invited",
    ]


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("vera", "oneself"),
        ("viktor", "admin"),
        ("alice", "unfit"),
        ("charlie", "unfit"),
        ("ops", "unfit"),
    ],
)
def test_some_addresses_cannot_be_invited(person, code, request, customer, viktor, by_vera):
    address_of = request.getfixturevalue(person).email.upper()
    details = AdminDetails("Some", "Body", address_of, "en")
    refused = refusal(invite_admin, customer, details=details, **by_vera)
    assert (refused.code, refused.field) == (code, "address")
    assert not AdminInvitation.objects.exists()


def test_whose_account_an_address_is_stays_unsaid(customer, alice, ops, olaf, by_vera):
    User.objects.filter(pk=olaf.pk).update(deactivated_at=timezone.now())
    sentences = set()
    for person in (alice, ops, olaf):
        details = AdminDetails("Some", "Body", person.email, "en")
        refused = refusal(invite_admin, customer, details=details, **by_vera)
        sentences.add(str(refused).replace(person.email, "…"))
    assert len(sentences) == 1


def test_an_admin_of_another_customer_can_be_invited(customer, olaf, by_vera):
    details = AdminDetails("Olaf", "Oja", olaf.email, "en")
    assert invite_admin(customer, details=details, **by_vera).address == olaf.email


def test_ten_admins_and_open_invitations_are_the_most(customer, by_vera, set_today, pinned_today):
    for number in range(9):
        details = AdminDetails("Some", "Body", f"some{number}@customer.example", "en")
        invitation = invite_admin(customer, details=details, **by_vera)
    assert refusal(invite_admin, customer, details=PIA, **by_vera).code == "too_many"
    resend_admin_invitation(invitation, **by_vera)
    withdraw_admin_invitation(AdminInvitation.objects.get(version=2), **by_vera)
    invite_admin(customer, details=PIA, **by_vera)
    # What has expired takes no room.
    later = set_today(pinned_today + dt.timedelta(days=31))
    paul = AdminDetails("Paul", "Pärn", "paul@customer.example", "en")
    invite_admin(customer, details=paul, by=by_vera["by"], day=day_of(customer, later))


def test_nobodys_mailbox_is_flooded(customer, by_vera):
    for _ in range(5):
        invite_admin(customer, details=PIA, **by_vera)
    refused = refusal(invite_admin, customer, details=PIA, **by_vera)
    assert (refused.code, refused.field) == ("too_often", "address")


def test_an_address_whose_emails_come_back_is_not_invited(customer, by_vera):
    email = invite_admin(customer, details=PIA, **by_vera).email
    suppress(email, reason=Reason.HARD_BOUNCE, words="", at=timezone.now())
    refused = refusal(invite_admin, customer, details=PIA, **by_vera)
    assert (refused.code, refused.field) == ("suppressed", "address")


def test_one_customer_writes_to_so_many_people_a_day(customer, by_vera):
    for number in range(20):
        details = AdminDetails("Some", "Body", f"some{number}@customer.example", "en")
        withdraw_admin_invitation(invite_admin(customer, details=details, **by_vera), **by_vera)
    assert refusal(invite_admin, customer, details=PIA, **by_vera).code == "too_often"
