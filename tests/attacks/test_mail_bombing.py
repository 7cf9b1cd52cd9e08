"""X21: nobody uses the console to flood a mailbox."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from authorizations.actions.import_people import import_people
from authorizations.importing.rows import Row
from authorizations.licenses.people import Named
from customers.actions.admins import AdminDetails, invite_admin, resend_admin_invitation
from customers.actions.invitation import resend_invitation
from customers.actions.sending_limits import (
    ADMINS_PER_CUSTOMER,
    PER_ADDRESS,
    PER_ADMIN,
    PER_CUSTOMER,
)
from customers.models import AdminInvitation, Invitation
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.customers.forms import typed
from tests.personas import day_of


@pytest.fixture
def press_resend(login, alice, customer):
    """Return a function that opens the dialog and presses its button."""
    client = login(alice)
    path = f"/customers/{customer.vip_id}/invitation/resend/"
    return lambda: client.post(path, {"key": client.get(path).context["form"].initial["key"]})


def let_pass(time: dt.timedelta) -> None:
    """Make everything sent so far that much older."""
    for invitation in [*Invitation.objects.all(), *AdminInvitation.objects.all()]:
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
        resend_invitation(customers[0], by=alice, day=day_of(customers[0], pinned_today))
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
        resend_invitation(customer, by=sam, day=day_of(customer, pinned_today))
    with pytest.raises(ActionRefused) as refusal:
        resend_invitation(customer, by=sam, day=day_of(customer, pinned_today))
    again = newest + PER_CUSTOMER.within + dt.timedelta(minutes=1)
    assert f"{again.astimezone(ZoneInfo('America/New_York')):%H:%M}" in str(refusal.value)


@pytest.fixture
def ask(pinned_today):
    """Return a function by which an admin of a customer invites an address to its admins."""

    def invite(customer, by, address: str) -> AdminInvitation:
        details = AdminDetails("Ida", "Ilves", address, "en")
        return invite_admin(customer, details=details, by=by, day=day_of(customer, pinned_today))

    return invite


def refused_as_too_often(act) -> str:
    """Return the sentence with which something is refused for now."""
    with pytest.raises(ActionRefused) as refusal:
        act()
    assert refusal.value.code == "too_often"
    return str(refusal.value)


def test_x21_a_further_admin_gets_five_invitations_an_hour(mine, pinned_today, ask):
    newest = mine.invitation
    for _ in range(PER_ADMIN.most - 1):
        newest = resend_admin_invitation(newest, by=mine.admin, day=day_of(newest, pinned_today))
    said = refused_as_too_often(
        lambda: resend_admin_invitation(newest, by=mine.admin, day=day_of(newest, pinned_today))
    )
    assert "5 invitations within an hour" in said
    let_pass(PER_ADMIN.within)
    resend_admin_invitation(newest, by=mine.admin, day=day_of(newest, pinned_today))


def test_x21_twenty_invitations_a_day_leave_a_customer_however_they_are_addressed(mine, ask):
    for number in range(ADMINS_PER_CUSTOMER.most - 1):
        invitation = ask(mine.customer, mine.admin, f"victim+{number}@mail.example")
        # Withdrawn ones make room, and count all the same.
        AdminInvitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())
    refused_as_too_often(lambda: ask(mine.customer, mine.admin, "victim+x@mail.example"))
    refused_as_too_often(lambda: ask(mine.customer, mine.second.user, "other@mail.example"))


def test_x21_a_mailbox_gets_twenty_a_day_from_the_admins_of_all_customers(
    alice, make_side, both, mine, ask
):
    hostile = [make_side(alice, mine.admin, f"Hostile{number}") for number in range(4)]
    for number in range(PER_ADDRESS.most):
        side = hostile[number % len(hostile)]
        ask(side.customer, side.admin, f"Victim+{number}@mail.example")
    for address in ("victim@mail.example", "VICTIM+y@Mail.example"):
        said = refused_as_too_often(lambda to=address: ask(mine.customer, mine.admin, to))
        assert "20 invitations within a day" in said
    ask(mine.customer, mine.admin, "victi@mail.example")
    ask(both.customer, both.admin, "victim@mail.example")
    let_pass(PER_ADDRESS.within)
    ask(mine.customer, mine.admin, "victim@mail.example")


def test_x21_licenses_are_given_to_anybody_without_an_email(mine, pinned_today):
    before = Email.objects.count()
    named = Named("Stranger", "stranger@elsewhere.example")
    import_people(
        mine.customer,
        [Row(2, named, mine.product)],
        expected=1,
        by=mine.admin,
        day=day_of(mine.customer, pinned_today),
    )
    assert Email.objects.count() == before


def test_x21_a_request_writes_to_those_who_work_with_it_and_nobody_typed(login, mine, alice):
    before = set(Email.objects.values_list("pk", flat=True))
    fields = {
        "key": str(uuid.uuid4()),
        "product": mine.product.pk,
        "quantity": "2",
        "po_number": "victim@mail.example",
        "to": "victim@mail.example",
    }
    client = login(mine.admin)
    for _ in range(10):
        assert client.post(f"{mine.path}requests/new/", fields).status_code == 302
    written = Email.objects.exclude(pk__in=before).values_list("to_address", flat=True)
    admins = [mine.admin.email, mine.second.user.email]
    assert sorted(written) == sorted([alice.email, *admins])
