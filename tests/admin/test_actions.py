"""What ops do to rows they have chosen: all of it by the verbs."""

from __future__ import annotations

import pytest

from authorizations.models import PurchaseAuthorization
from notifications.models import Email
from reseller_console.accounts.models import CalendarFeed, TeamEvent, User
from reseller_console.tenancy.models import Program
from tests import personas
from tests.admin.forms import note, opened
from tests.admin.pages import D, act, said, url


def test_only_pending_authorizations_are_cancelled(desk, customer, make_authorization):
    pending, overdue = make_authorization(customer), make_authorization(customer, days=31)
    answer = act(desk, PurchaseAuthorization, "cancel_pending", pending, overdue)
    pending.refresh_from_db()
    overdue.refresh_from_db()
    assert pending.cancelled_at is not None
    assert overdue.cancelled_at is None
    assert any(overdue.number in line for line in said(answer))


def test_emails_are_skipped_and_sent_again(desk, one_of_each):
    email = Email.objects.get()
    act(desk, Email, "skip_emails", email)
    email.refresh_from_db()
    assert email.skipped_at is not None
    act(desk, Email, "send_emails_again", email)
    email.refresh_from_db()
    assert email.skipped_at is None
    answer = act(desk, Email, "send_emails_again", email)
    assert "can be sent again" in said(answer)[0]


def test_ops_revoke_a_calendar_feed_and_see_no_secret(desk, ops, one_of_each):
    feed = CalendarFeed.objects.get()
    page = desk.get(url(CalendarFeed, "change", feed.pk)).text
    assert feed.user.name in page
    assert feed.token_hash not in page
    assert str(feed.nonce) not in page
    act(desk, CalendarFeed, "revoke", feed)
    assert not CalendarFeed.objects.exists()
    assert TeamEvent.objects.get(kind="calendar_feed_revoked").by == ops


@pytest.mark.parametrize(
    ("action", "due", "suspended", "upcoming"),
    [("thirty_days", 30, 60, 59), ("fourteen_days", 14, 44, 15)],
)
def test_presets_are_filled_in_previewed_and_put_in_force(
    desk, program, pinned_today, action, due, suspended, upcoming
):
    answer = act(desk, Program, action, program)
    ((path, _status),) = answer.redirect_chain
    filled = opened(desk, path)
    assert program.terms.count() == 1
    assert "Nothing is saved yet." in desk.post(path, filled).content.decode()
    assert program.terms.count() == 1
    assert desk.post(path, filled | {"_confirmed": "1"}).status_code == 302
    terms = program.terms_on(pinned_today)
    assert terms.effective_on == pinned_today
    assert (terms.order_due_days, terms.suspended_after_days, terms.upcoming_days) == (
        due,
        suspended,
        upcoming,
    )
    assert program.terms_on(pinned_today - D(1)).order_due_days == 30
    assert program.terms.count() == 2


def test_a_preset_is_for_one_program(desk, program):
    other = personas.make_program("Other")
    assert said(act(desk, Program, "fourteen_days", program, other)) == ["Select one program."]


def test_ops_invite_the_first_primary_admin_and_ops(desk, south):
    add = url(User, "add")
    data = {"email": "pri@south.example", "name": "Pri", "reseller": south.pk, "role": "primary"}
    assert desk.post(add, data).status_code == 302
    assert User.objects.get(email="pri@south.example").role == "primary"
    answer = desk.post(add, data | {"email": "second@south.example"})
    assert answer.status_code == 200, "there is one already"
    answer = desk.post(add, {"email": "x@y.example", "name": "", "reseller": south.pk, "role": ""})
    assert "A colleague has a reseller and a role" in answer.content.decode()
    desk.post(add, {"email": "olaf@console.example", "name": "Olaf", "reseller": "", "role": ""})
    olaf = User.objects.get(email="olaf@console.example")
    assert (olaf.is_staff, olaf.is_superuser, olaf.reseller) == (True, True, None)
    assert Email.objects.filter(template="colleague_invited").count() == 2


def test_ops_correct_a_person(desk, alice, bob):
    path = url(User, "change", alice.pk)
    data = {"email": "alice.a@north.example", "name": "Alice A.", "language": "et"}
    assert desk.post(path, data | note(desk, path)).status_code == 302
    alice.refresh_from_db()
    assert (alice.email, alice.name, alice.language) == tuple(data.values())
    event = TeamEvent.objects.get()
    assert event.details["old"]["email"] == "alice@north.example"
    answer = desk.post(path, data | note(desk, path) | {"email": "BOB@north.example"})
    assert answer.status_code == 200
    assert "password" not in desk.get(path).content.decode().split("<main")[1].split("</form>")[0]


def test_ops_deactivate_reactivate_and_hand_over(desk, alice, ada, bob, make_customer):
    customer = make_customer()
    act(desk, User, "deactivate_accounts", alice)
    customer.refresh_from_db()
    alice.refresh_from_db()
    assert (alice.is_active, customer.managed_by) == (False, ada)
    answer = act(desk, User, "deactivate_accounts", ada)
    assert "primary admin" in said(answer)[0]
    act(desk, User, "reactivate_accounts", alice)
    act(desk, User, "make_primary", alice)
    alice.refresh_from_db()
    ada.refresh_from_db()
    assert (alice.role, ada.role) == ("primary", "admin")
