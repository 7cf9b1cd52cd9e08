"""Invitations that came back: the fact, the task, and the two ways out."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from customers.actions.correct import correct_customer
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.actions.returned import ask_for_correction, close_request
from customers.models import CorrectionRequest, Customer, CustomerEvent, Invitation
from notifications import outbox
from notifications.actions import clear_suppression
from notifications.models import Email, Suppression
from notifications.sending import sender
from reseller_console.lib.refusals import ActionRefused
from tests.counting import counted
from tests.notifications import reports
from tests.notifications.fake_provider import FakeProvider
from tests.personas import day_of

pytestmark = pytest.mark.django_db

MAILGUN = "/anymail/mailgun/tracking/"
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture(autouse=True)
def provider(settings):
    """A provider that takes everything, and Mailgun's reports."""
    FakeProvider.reset()
    settings.MAILERS = {"default": {"BACKEND": f"{FakeProvider.__module__}.FakeProvider"}}
    settings.MAIL_WEBHOOKS = ["mailgun"]
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": reports.MAILGUN_KEY}
    return FakeProvider


def key() -> dict[str, str]:
    return {"key": str(uuid.uuid4())}


def page(answer) -> str:
    return answer.content.decode()


def invite(customer, alice, pinned_today) -> Email:
    """Send the customer's invitation; return the email."""
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    sender.send_waiting()
    return Invitation.objects.in_force().get(customer=customer).email


@pytest.fixture
def email(customer, alice, pinned_today):
    """The invitation email of a customer, sent."""
    return invite(customer, alice, pinned_today)


@pytest.fixture
def bounce(client):
    """Return a function that lets Mailgun report that an email came back."""

    def report(email: Email, **more: object) -> None:
        email.refresh_from_db()
        told = reports.mailgun_bounce(email.provider_id, **more)
        assert client.post(MAILGUN, **told).status_code == 200

    return report


@pytest.fixture
def returned(email, bounce, customer):
    """A customer whose invitation came back."""
    bounce(email)
    customer.refresh_from_db()
    return customer


def came_back(customer) -> bool:
    return Customer.objects.filter(pk=customer.pk).came_back().exists()


# --- The fact


def test_a_bounce_is_written_on_the_customer_once(returned, email, bounce):
    assert came_back(returned)
    since = returned.invitation_bounced_at
    bounce(email)
    returned.refresh_from_db()
    assert returned.invitation_bounced_at <= since
    (event,) = CustomerEvent.objects.filter(kind="invitation_came_back")
    assert event.by is None
    assert event.details["email"] == returned.contact_email
    assert "no such mailbox" in event.details["why"]


def test_a_complaint_counts_too(email, client, customer):
    email.refresh_from_db()
    client.post(MAILGUN, **reports.mailgun("complained", email.provider_id))
    assert came_back(customer)


def test_so_does_an_email_the_provider_refuses_at_once(customer, alice, pinned_today, provider):
    def refuse(message) -> None:
        raise ValueError("Bad address")

    provider.answer = refuse
    email = invite(customer, alice, pinned_today)
    assert came_back(customer)
    email.refresh_from_db()
    assert email.return_reason == "refused"


def test_so_does_an_email_that_was_skipped_for_its_address(
    returned, make_customer, alice, pinned_today
):
    # Another organization with the same contact, invited while the address is suppressed.
    other = make_customer(contact_email=returned.contact_email)
    link = Invitation.objects.in_force().get(customer=other)
    link.email = outbox.post(
        template="customer_invited",
        key="another",
        to_address=other.contact_email,
        context={},
        about=other.vip_id,
        reseller=other.reseller,
    )
    link.save()
    Email.objects.filter(pk=link.email_id).update(subject="x", text="x", html="x")
    sender.send_waiting()
    assert came_back(other)


@pytest.mark.parametrize("event", ["delivered", "opened", "unsubscribed"])
def test_nothing_else_does(event, email, client, customer):
    email.refresh_from_db()
    client.post(MAILGUN, **reports.mailgun(event, email.provider_id))
    assert not came_back(customer)


def test_another_email_that_comes_back_is_no_invitation(customer, client):
    email = outbox.post(
        template="account_unknown",
        key="x",
        to_address=customer.contact_email,
        context={},
        about=customer.vip_id,
        reseller=customer.reseller,
    )
    sender.send_waiting()
    email.refresh_from_db()
    client.post(MAILGUN, **reports.mailgun_bounce(email.provider_id))
    assert not came_back(customer)


def test_the_bounce_of_a_link_that_was_replaced_changes_nothing(
    email, bounce, customer, alice, pinned_today
):
    invite(customer, alice, pinned_today)
    bounce(email)
    assert not came_back(customer)


def test_withdrawing_settles_it(returned, alice, pinned_today):
    withdraw_invitation(returned, by=alice, day=day_of(returned, pinned_today))
    assert not came_back(returned)


def test_correcting_the_address_settles_it_and_resending_works(returned, ops, alice, pinned_today):
    right = {"contact_email": "veera@customer.example"}
    correct_customer(
        returned, changes=right, reason="Typed wrongly.", by=ops, day=day_of(returned, pinned_today)
    )
    assert not came_back(returned)
    email = invite(returned, alice, pinned_today)
    email.refresh_from_db()
    assert email.to_address == "veera@customer.example"
    assert email.sent_at is not None


def test_correcting_something_else_does_not(returned, ops, pinned_today):
    changes = {"name": "Another name"}
    correct_customer(
        returned, changes=changes, reason="Renamed.", by=ops, day=day_of(returned, pinned_today)
    )
    assert came_back(returned)


def test_resending_settles_it_once_ops_have_cleared_the_address(
    returned, ops, alice, pinned_today, login
):
    with pytest.raises(ActionRefused) as refusal:
        resend_invitation(returned, by=alice, day=day_of(returned, pinned_today))
    assert refusal.value.code == "suppressed"
    assert returned.contact_email in str(refusal.value)
    shown = page(login(alice).get(f"{returned.get_absolute_url()}invitation/resend/"))
    assert "Nothing is sent to" in shown
    assert '<button class="btn btn-primary">' not in shown

    clear_suppression(Suppression.objects.get(), by=ops)
    resend_invitation(returned, by=alice, day=day_of(returned, pinned_today))
    assert not came_back(returned)


def test_a_full_mailbox_can_be_tried_again_at_once(
    email, client, customer, alice, pinned_today, settings
):
    email.refresh_from_db()
    Email.objects.filter(pk=email.pk).update(provider_id="<resend-1>")
    told = {"type": "Transient", "message": "The recipient's inbox was full, a bounce message."}
    settings.MAIL_WEBHOOKS = ["resend"]
    settings.ANYMAIL = {"RESEND_SIGNING_SECRET": reports.RESEND_SECRET}
    answer = client.post(
        "/anymail/resend/tracking/",
        **reports.resend("email.bounced", "<resend-1>", bounce=told),
    )
    assert answer.status_code == 200
    assert came_back(customer)
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    assert not came_back(customer)


# --- What the manager sees


def test_the_list_says_how_many_came_back(returned, login, alice, ada, charlie, make_customer):
    shown = page(login(alice).get("/customers/"))
    assert "1 invitation came back." in shown
    assert 'href="/customers/returned/"' in shown
    assert "came back" not in page(login(charlie).get("/customers/"))
    # Under the switch it counts the person's own.
    mine = page(login(alice).get("/customers/?mine=1"))
    assert 'href="/customers/returned/?mine=1"' in mine
    assert "came back" not in page(login(ada).get("/customers/?mine=1"))
    make_customer(invitation_bounced_at=timezone.now())
    assert "2 invitations came back." in page(login(alice).get("/customers/"))


def test_the_list_is_silent_when_nothing_came_back(email, login, alice):
    assert "came back" not in page(login(alice).get("/customers/"))


def test_the_task_names_customer_address_time_and_reason(returned, login, alice, bob, charlie):
    shown = page(login(alice).get("/customers/returned/"))
    for words in (returned.name, returned.contact_email, "no such mailbox", "2026"):
        assert words in shown
    base = returned.get_absolute_url()
    for way in ("correction", "resend"):
        assert f'href="{base}invitation/{way}/"' in shown
        assert f'hx-get="{base}invitation/{way}/"' in shown
    # A viewer reads it and can press nothing.
    seen = page(login(bob).get("/customers/returned/"))
    assert returned.name in seen and "invitation/resend" not in seen
    assert returned.name not in page(login(charlie).get("/customers/returned/"))


def test_the_task_can_be_left_to_ones_own(returned, login, ada):
    assert returned.name in page(login(ada).get("/customers/returned/"))
    assert "Nothing came back" in page(login(ada).get("/customers/returned/?mine=1"))


def test_the_task_costs_the_same_for_many(login, alice, make_customer):
    client = login(alice)
    for wanted in (3, 30):
        while Customer.objects.came_back().count() < wanted:
            make_customer(invitation_bounced_at=timezone.now())
        client.get("/customers/returned/")
        with counted(4):
            client.get("/customers/returned/")


def test_the_details_page_has_the_notice_and_both_ways(returned, login, alice, bob):
    base = returned.get_absolute_url()
    shown = page(login(alice).get(base))
    assert f"The invitation did not reach {returned.contact_email}." in shown
    assert "no such mailbox" in shown
    assert f'href="{base}invitation/correction/"' in shown
    seen = page(login(bob).get(base))
    assert "did not reach" in seen and "invitation/correction" not in seen


# --- Asking ops


def test_a_manager_asks_ops_and_sees_that_it_was_asked(returned, login, alice):
    client, base = login(alice), returned.get_absolute_url()
    path = f"{base}invitation/correction/"
    for shown in (page(client.get(path)), page(client.get(path, **HTMX))):
        assert f'action="{path}"' in shown and f'hx-post="{path}"' in shown
    sent = key() | {"note": "  It is vera.vaher@customer.example\n(two names)  "}
    for _ in range(2):
        answer = client.post(path, sent)
        assert answer["Location"] == base
    request = CorrectionRequest.objects.get()
    assert request.note == "It is vera.vaher@customer.example (two names)"
    assert (request.asked_by, request.customer, request.closed_at) == (alice, returned, None)

    assert "Ops have been asked" in page(client.get(base))
    assert "Ops have been asked" in page(client.get("/customers/returned/"))
    assert "Ops were asked on" in page(client.get(path))
    again = client.post(path, key())
    assert (again.status_code, CorrectionRequest.objects.count()) == (409, 1)
    assert "asked ops to correct the contact" in page(client.get(base))


@pytest.mark.parametrize("note", ["x" * 501, "bell \x07", "<b>"])
def test_a_note_that_cannot_be_kept_is_said_at_its_field(note, returned, login, alice):
    path = f"{returned.get_absolute_url()}invitation/correction/"
    answer = login(alice).post(path, key() | {"note": note})
    assert answer.status_code == 422
    assert 'id="id_note_error"' in page(answer)
    assert not CorrectionRequest.objects.exists()


def test_a_viewer_cannot_ask(returned, login, bob, charlie):
    path = f"{returned.get_absolute_url()}invitation/correction/"
    assert login(bob).get(path).status_code == login(bob).post(path, key()).status_code == 403
    assert login(charlie).post(path, key()).status_code == 404


def test_there_is_nothing_to_correct_once_it_was_accepted(returned, vera, alice, pinned_today):
    with pytest.raises(ActionRefused) as refusal:
        ask_for_correction(returned, note="", by=alice, day=day_of(returned, pinned_today))
    assert refusal.value.code == "accepted"


def test_ops_see_the_request_and_their_correction_closes_it(
    returned, login, alice, ops, pinned_today
):
    request = ask_for_correction(
        returned, note="veera@", by=alice, day=day_of(returned, pinned_today)
    )
    desk = login(ops)
    shown = page(
        desk.get(reverse("admin:customers_correctionrequest_changelist"), {"state": "open"})
    )
    form = reverse("admin:customers_customer_change", args=[returned.pk])
    assert "veera@" in shown and f'href="{form}"' in shown

    right = {"contact_email": "veera@customer.example"}
    correct_customer(
        returned,
        changes=right,
        reason="An email missing.",
        by=ops,
        day=day_of(returned, pinned_today),
    )
    request.refresh_from_db()
    assert (request.closed_by, request.answer) == (ops, "An email missing.")
    told = Email.objects.get(template="correction_done")
    assert told.to_address == alice.email
    sender.send_waiting()
    told.refresh_from_db()
    assert "was corrected" in told.subject
    assert "veera@customer.example" in told.text and "An email missing." in told.text
    shown = desk.get(reverse("admin:customers_correctionrequest_changelist"), {"state": "open"})
    assert "veera@" not in page(shown)


def test_ops_close_a_request_without_a_correction(returned, login, alice, ops, pinned_today):
    request = ask_for_correction(returned, note="", by=alice, day=day_of(returned, pinned_today))
    data = {"action": "close_requests", ACTION_CHECKBOX_NAME: [request.pk]}
    desk, path = login(ops), reverse("admin:customers_correctionrequest_changelist")
    assert "Done: 1." in page(desk.post(path, data, follow=True))
    request.refresh_from_db()
    assert request.closed_by == ops
    assert came_back(returned)
    sender.send_waiting()
    assert "left as it is" in Email.objects.get(template="correction_done").text
    with pytest.raises(ActionRefused) as refusal:
        close_request(request, by=ops, day=day_of(request, pinned_today))
    assert refusal.value.code == "closed"
    # It can be asked anew.
    ask_for_correction(returned, note="", by=alice, day=day_of(returned, pinned_today))


def test_nobody_but_ops_closes_a_request(returned, alice, pinned_today):
    request = ask_for_correction(returned, note="", by=alice, day=day_of(returned, pinned_today))
    with pytest.raises(ActionRefused) as refusal:
        close_request(request, by=alice, day=day_of(request, pinned_today))
    assert refusal.value.code == "not_ops"


def test_the_answer_goes_to_the_responsible_when_who_asked_has_left(
    returned, alice, ada, ops, pinned_today
):
    ask_for_correction(returned, note="", by=alice, day=day_of(returned, pinned_today))
    type(alice).objects.filter(pk=alice.pk).update(deactivated_at=timezone.now())
    right = {"contact_email": "veera@customer.example"}
    correct_customer(
        returned, changes=right, reason="Typo.", by=ops, day=day_of(returned, pinned_today)
    )
    assert Email.objects.get(template="correction_done").to_address == ada.email


def test_without_a_request_a_correction_writes_to_nobody(returned, ops, pinned_today):
    right = {"contact_email": "veera@customer.example"}
    correct_customer(
        returned, changes=right, reason="Typo.", by=ops, day=day_of(returned, pinned_today)
    )
    assert not Email.objects.filter(template="correction_done").exists()


def test_the_clear_button_of_the_admin_is_the_verb(returned, login, ops):
    suppression = Suppression.objects.get()
    desk, path = login(ops), reverse("admin:notifications_suppression_changelist")
    assert suppression.address in page(desk.get(path, {"cleared": "no", "q": "VERA"}))
    data = {"action": "clear_addresses", ACTION_CHECKBOX_NAME: [suppression.pk]}
    desk.post(path, data)
    suppression.refresh_from_db()
    assert suppression.cleared_by == ops.email
    assert timezone.now() - suppression.cleared_at < dt.timedelta(minutes=1)
