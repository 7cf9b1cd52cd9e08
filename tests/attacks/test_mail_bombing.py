"""X21: nobody uses the console to flood a mailbox."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from customers.actions.invitation import resend_invitation
from customers.actions.sending_limits import PER_ADDRESS, PER_CUSTOMER
from customers.models import Invitation
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.customers.test_invite_form import typed


@pytest.fixture
def press_resend(login, alice, customer):
    """Return a function that opens the dialog and presses its button."""
    client = login(alice)
    path = f"/customers/{customer.vip_id}/invitation/resend/"
    return lambda: client.post(path, {"key": client.get(path).context["form"].initial["key"]})


def let_pass(time: dt.timedelta) -> None:
    """Make everything sent so far that much older."""
    for invitation in Invitation.objects.all():
        invitation.sent_at -= time
        invitation.save(update_fields=["sent_at"])


def test_the_sixth_invitation_within_an_hour_is_refused_and_says_when_again(press_resend, customer):
    answers = [press_resend() for _ in range(PER_CUSTOMER.most - 1)]
    assert {answer.status_code for answer in answers} == {302}
    refused = press_resend()
    assert refused.status_code == 409
    assert "got 5 invitations within an hour. Send the next after " in refused.content.decode()
    assert customer.invitations.count() == PER_CUSTOMER.most
    assert Email.objects.filter(about=customer.vip_id).count() == PER_CUSTOMER.most - 1


def test_after_the_hour_it_can_be_sent_again(press_resend):
    for _ in range(PER_CUSTOMER.most):
        answer = press_resend()
    assert answer.status_code == 409
    let_pass(PER_CUSTOMER.within - dt.timedelta(minutes=1))
    assert press_resend().status_code == 409
    let_pass(dt.timedelta(minutes=2))
    assert press_resend().status_code == 302


@pytest.mark.parametrize(
    "address", ["vera@mail.example", "vera+more@mail.example", "VERA+x@Mail.example"]
)
def test_one_mailbox_gets_twenty_invitations_a_day_from_all_customers_together(
    login, alice, make_customer, address
):
    for number in range(PER_ADDRESS.most):
        make_customer(contact_email=f"vera+{number}@mail.example" if number else address)
    client = login(alice)
    refused = client.post("/customers/new/", typed(contact_email="Vera+last@mail.example"))
    assert refused.status_code == 422
    assert "got 20 invitations within a day. Send the next after " in refused.content.decode()
    assert (
        client.post("/customers/new/", typed(contact_email="ver@mail.example")).status_code == 302
    )
    let_pass(PER_ADDRESS.within)
    later = client.post("/customers/new/", typed(name="Later Ltd", contact_email=address))
    assert later.status_code == 302


def test_resending_counts_toward_the_mailbox_too(alice, make_customer, pinned_today):
    customers = [make_customer(contact_email="vera@mail.example") for _ in range(PER_ADDRESS.most)]
    with pytest.raises(ActionRefused) as refusal:
        resend_invitation(customers[0], by=alice, today=pinned_today)
    assert refusal.value.code == "too_often"


def test_another_reseller_is_not_held_back_by_it(login, sam, make_customer):
    for _ in range(PER_ADDRESS.most):
        make_customer(contact_email="vera@mail.example")
    client = login(sam)
    assert (
        client.post("/customers/new/", typed(contact_email="vera@mail.example")).status_code == 302
    )


def test_the_time_is_told_on_the_resellers_clock(south, sam, pinned_today):
    customer = personas.make_customer(managed_by=sam)
    newest = timezone.now()
    Invitation.objects.filter(customer=customer).update(sent_at=newest)
    for _ in range(PER_CUSTOMER.most - 1):
        resend_invitation(customer, by=sam, today=pinned_today)
    with pytest.raises(ActionRefused) as refusal:
        resend_invitation(customer, by=sam, today=pinned_today)
    again = newest + PER_CUSTOMER.within + dt.timedelta(minutes=1)
    assert f"{again.astimezone(ZoneInfo('America/New_York')):%H:%M}" in str(refusal.value)
