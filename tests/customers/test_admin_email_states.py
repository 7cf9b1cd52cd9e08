"""Invitations of further admins that came back: what admins and managers read about them."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from customers.actions.admins import AdminDetails, invite_admin
from notifications.models import Email, Suppression
from notifications.tracking import suppressions
from notifications.tracking.reasons import Reason
from tests.languages.english import assert_no_english
from tests.personas import day_of

PIA = AdminDetails("Pia", "Pärn", "pia@customer.example", "et")


def words_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def email(customer, vera, pinned_today):
    """The email to Pia, sent."""
    email = invite_admin(customer, details=PIA, by=vera, day=day_of(customer, pinned_today)).email
    email.sent_at = timezone.now()
    email.save(update_fields=["sent_at"])
    return email


@pytest.fixture
def to_admins(login, vera, customer, email):
    """Return what Vera reads on the admins page."""
    return lambda: words_of(login(vera).get(f"/member/{customer.vip_id}/admins/"))


@pytest.fixture
def to_manager(login, alice, customer, email):
    """Return what Alice reads on the details page."""
    return lambda: words_of(login(alice).get(customer.get_absolute_url()))


def comes_back(email, reason, **instants):
    Email.objects.filter(pk=email.pk).update(return_reason=reason, **instants)
    email.refresh_from_db()
    if reason and Reason(reason).suppresses:
        suppressions.suppress(email, reason=Reason(reason), words="", at=timezone.now())


def test_an_email_on_its_way_asks_for_nothing(to_admins, to_manager):
    assert "Check the address" not in to_admins()
    page = to_manager()
    assert "Pia Pärn" in page
    assert "invited by Vera Vaher on 2 March 2026" in page
    assert "send it again" not in page


@pytest.mark.parametrize(
    ("reason", "instant", "why"),
    [
        ("hard-bounce", "bounced_at", "there is no such mailbox"),
        ("complaint", "complained_at", "has marked an email from us as spam"),
    ],
)
def test_a_closed_address_is_said_to_both_with_the_way_out(
    email, to_admins, to_manager, reason, instant, why
):
    comes_back(email, reason, **{instant: Now()})
    page = to_admins()
    assert why in page
    assert "Nothing more is sent to this address." in page
    assert "withdraw this invitation and invite the right one" in page
    page = to_manager()
    assert why in page
    assert "If the address is right, ask ops to clear it" in page


def test_once_ops_have_cleared_it_the_email_can_be_sent_again(email, to_admins, to_manager):
    comes_back(email, "hard-bounce", bounced_at=Now())
    Suppression.objects.update(cleared_at=timezone.now(), cleared_by="ops")
    assert "Check the address. If it is right, resend the email" in to_admins()
    assert "An admin of the customer can send it again." in to_manager()


def test_a_full_mailbox_is_tried_again(email, to_admins, to_manager):
    comes_back(email, "soft-bounce", bounced_at=Now())
    assert "it may be full. Check the address." in to_admins()
    assert "it may be full. An admin of the customer can send it again." in to_manager()


def test_of_an_unknown_email_nobody_says_that_it_is_lost(email, to_admins):
    Email.objects.filter(pk=email.pk).update(sent_at=None, unknown_at=Now())
    assert "it may have arrived. Ask whether it has come" in to_admins()


def test_the_address_of_another_tenant_closes_none_here(email, to_admins, south):
    comes_back(email, "soft-bounce", bounced_at=Now())
    Suppression.objects.create(
        reseller=south,
        address=email.to_address,
        address_key=email.to_address,
        reason=Reason.HARD_BOUNCE,
        since_at=timezone.now(),
        email=email,
    )
    assert "Nothing more is sent" not in to_admins()


def test_the_manager_sees_none_that_were_followed_or_withdrawn(email, to_manager, customer):
    customer.admin_invitations.update(withdrawn_at=timezone.now())
    assert "Pia Pärn" not in to_manager().partition("Activity")[0]


@pytest.mark.parametrize("language", ["de", "et"])
@pytest.mark.parametrize("reason", ["hard-bounce", "soft-bounce"])
def test_the_advice_is_translated(email, login, vera, customer, language, reason):
    comes_back(email, reason, bounced_at=Now())
    vera.language = language
    vera.save(update_fields=["language"])
    page = login(vera).get(f"/member/{customer.vip_id}/admins/")
    names = (customer.name, "Vera Vaher", "Pia Pärn", "North", "Alice Adams")
    assert_no_english(page, language, names=names)
