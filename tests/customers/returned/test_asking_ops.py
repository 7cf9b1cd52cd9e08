"""Invitations that came back: a manager asks ops to correct the address."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from customers.actions.correct import correct_customer
from customers.actions.returned import ask_for_correction, close_request
from customers.models import CorrectionRequest
from notifications.models import Email, Suppression
from notifications.sending import sender
from reseller_console.lib.refusals import ActionRefused
from tests.customers.returned.invitations import came_back, page
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


def key() -> dict[str, str]:
    return {"key": str(uuid.uuid4())}


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
