"""Inviting, removing and handing over between VIP admins."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from customers.actions import admins, frame
from customers.actions.accept import follow_link
from customers.actions.admins import (
    AdminDetails,
    hand_over,
    invite_admin,
    remove_admin,
    resend_admin_invitation,
    withdraw_admin_invitation,
)
from customers.admins.landing import link_of_token
from customers.admins.links import admin_token_for
from customers.admins.memberships import admins_of
from customers.models import AdminInvitation, CustomerEvent, Membership
from notifications.models import Email
from notifications.secret_links import address
from notifications.tracking.reasons import Reason
from notifications.tracking.suppressions import suppress
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.personas import day_of

PIA = AdminDetails("Pia", "Pärn", "pia@customer.example", "et")


def membership(user, customer):
    return Membership.objects.get(user=user, customer=customer)


def emails(email):
    return list(Email.objects.with_delivery().filter(template=email).order_by("pk"))


def events(customer):
    rows = CustomerEvent.objects.filter(customer=customer).order_by("pk")
    return [(row.kind, row.details["email"]) for row in rows]


def refusal(act, *args, **terms):
    with pytest.raises(ActionRefused) as refused:
        act(*args, **terms)
    return refused.value


@pytest.fixture
def by_vera(customer, vera, pinned_today):
    return {"by": vera, "day": day_of(customer, pinned_today)}


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


def test_a_removed_admin_gets_an_email_and_nothing_else_ends(
    customer, vera, viktor, by_vera, login
):
    browser = login(viktor)
    assert browser.get(customer.get_member_url()).status_code == 200
    remove_admin(membership(viktor, customer), **by_vera)
    assert browser.get(customer.get_member_url()).status_code == 404
    [email] = emails("admin_removed")
    assert (email.to_address, email.context["removed_by"]) == (viktor.email, "Vera Vaher")
    assert events(customer) == [("admin_removed", viktor.email)]
    viktor.refresh_from_db()
    assert viktor.is_active
    ended = membership(viktor, customer)
    assert ended.removed_by == vera
    assert refusal(remove_admin, ended, **by_vera).code == "gone"


def test_the_last_active_admin_stays(customer, vera, viktor, by_vera, pinned_today):
    own = membership(vera, customer)
    assert refusal(remove_admin, own, **by_vera).code == "oneself"
    User.objects.filter(pk=viktor.pk).update(deactivated_at=timezone.now())
    assert refusal(remove_admin, own, **by_vera).code == "last"
    # Whose account is closed counts as none, and can be removed.
    remove_admin(membership(viktor, customer), **by_vera)
    assert [row.user for row in admins_of(customer)] == [vera]
    by_viktor = {"by": viktor, "day": day_of(customer, pinned_today)}
    assert refusal(remove_admin, own, **by_viktor).code == "not_admin"


def test_only_an_admin_of_the_customer_does_any_of_this(customer, vera, olaf, alice, pinned_today):
    for person in (olaf, alice):
        by = {"by": person, "day": day_of(customer, pinned_today)}
        assert refusal(invite_admin, customer, details=PIA, **by).code == "not_admin"
        assert refusal(remove_admin, membership(vera, customer), **by).code == "not_admin"
        to = membership(vera, customer)
        assert refusal(hand_over, customer, to=to, **by).code == "not_admin"


def test_handing_over_ends_ones_own_part(customer, vera, viktor, by_vera, login):
    oskar = personas.make_member(customer, "oskar@customer.example", "Oskar Org")
    hand_over(customer, to=membership(viktor, customer), **by_vera)
    assert [row.user for row in admins_of(customer)] == [viktor, oskar]
    assert login(vera).get(customer.get_member_url()).status_code == 404
    assert [row.to_address for row in emails("admin_left")] == [viktor.email, oskar.email]
    assert emails("admin_left")[0].context["handed_to"] == "Viktor Vask"
    assert events(customer) == [("admin_handed_over", viktor.email)]


def test_one_hands_over_to_an_active_admin_of_the_same_customer(
    customer, vera, viktor, olaf, by_vera
):
    assert refusal(hand_over, customer, to=membership(vera, customer), **by_vera).code == "oneself"
    others = Membership.objects.get(user=olaf)
    assert refusal(hand_over, customer, to=others, **by_vera).code == "gone"
    User.objects.filter(pk=viktor.pk).update(deactivated_at=timezone.now())
    to = membership(viktor, customer)
    assert refusal(hand_over, customer, to=to, **by_vera).code == "closed"
    assert [row.user for row in admins_of(customer)] == [vera]


def removing_each_other(customer, vera, viktor, today):
    """Let two admins remove each other at the same moment; return how many are left."""
    start, refused = threading.Barrier(2), []

    def remove(whom, by):
        try:
            start.wait(10)
            remove_admin(membership(whom, customer), by=by, day=day_of(customer, today))
        except ActionRefused as refusal:
            refused.append(refusal.code)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=remove, args=pair) for pair in ((viktor, vera), (vera, viktor))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return len(admins_of(customer)), refused


@pytest.fixture
def slow_ending(monkeypatch):
    """The moment between looking and writing takes long enough for two to meet in it."""
    end = admins.end

    def end_later(row, *, by):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        end(row, by=by)

    monkeypatch.setattr(admins, "end", end_later)


@pytest.mark.django_db(transaction=True)
def test_two_who_remove_each_other_leave_one(customer, vera, viktor, pinned_today, slow_ending):
    left, refused = removing_each_other(customer, vera, viktor, pinned_today)
    assert (left, refused) == (1, ["not_admin"])


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_who_remove_each_other_leave_nobody(
    customer, vera, viktor, pinned_today, slow_ending, monkeypatch
):
    monkeypatch.setattr(frame, "locked_all", lambda rows, *, day: list(rows))
    left, refused = removing_each_other(customer, vera, viktor, pinned_today)
    assert (left, refused) == (0, [])
