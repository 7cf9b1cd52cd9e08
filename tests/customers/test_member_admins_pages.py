"""The pages on which VIP admins look after each other: `/member/<VIP ID>/admins/`."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from customers.actions.admins import AdminDetails, invite_admin
from customers.admins.memberships import admins_of
from customers.models import AdminInvitation, Membership
from notifications.models import Email
from reseller_console.accounts.models import User
from tests import personas
from tests.counting import counted
from tests.personas import day_of

PIA = AdminDetails("Pia", "Pärn", "pia@customer.example", "et")
FIELDS = {
    "first_name": "Pia",
    "last_name": "Pärn",
    "address": "pia@customer.example",
    "language": "et",
}


def key():
    return {"key": str(uuid.uuid4())}


@pytest.fixture
def path(customer):
    return f"/member/{customer.vip_id}/admins/"


@pytest.fixture
def signed_in(vera, login):
    return login(vera)


@pytest.fixture
def invited(customer, vera, pinned_today):
    return invite_admin(customer, details=PIA, by=vera, day=day_of(customer, pinned_today))


def membership(user):
    return Membership.objects.get(user=user)


def test_the_list_says_who_since_when_and_which_is_me(signed_in, path, vera, viktor, invited):
    Membership.objects.filter(user=viktor).update(
        joined_at=dt.datetime(2026, 2, 1, 23, 30, tzinfo=dt.UTC)
    )
    Email.objects.update(sent_at=Now(), bounced_at=Now())
    page = signed_in.get(path).content.decode()
    assert "Vera Vaher" in page
    assert "(you)" in page
    # Tallinn is two hours ahead.
    assert "2 February 2026" in page
    assert "pia@customer.example" in page
    assert "1 April 2026" in page
    assert "Bounced" in page
    assert f"{path}{membership(viktor).pk}/removal/" in page
    assert f"{path}{membership(vera).pk}/removal/" not in page
    assert f"{path}handover/" in page


def test_the_only_admin_reads_why_leaving_is_not_possible(signed_in, path, vera):
    page = signed_in.get(path).content.decode()
    assert "You are the only admin" in page
    assert "handover" not in page
    assert "No invitation is open." in page


def test_an_expired_invitation_is_shown_as_such(signed_in, path, invited, set_today):
    set_today(invited.expires_on + dt.timedelta(days=1))
    assert "Expired" in signed_in.get(path).content.decode()


def test_a_closed_account_is_shown_as_such(signed_in, path, viktor):
    User.objects.filter(pk=viktor.pk).update(deactivated_at=timezone.now())
    page = signed_in.get(path).content.decode()
    assert "Account closed" in page
    assert "You are the only admin" in page


def test_the_list_takes_the_same_queries_however_long_it_is(
    signed_in, path, customer, viktor, vera, invited, pinned_today
):
    with counted(9):
        signed_in.get(path)
    personas.make_member(customer, "oskar@customer.example", "Oskar Org")
    paul = AdminDetails("Paul", "Pärn", "paul@customer.example", "en")
    invite_admin(customer, details=paul, by=vera, day=day_of(customer, pinned_today))
    with counted(9):
        signed_in.get(path)


def test_inviting_takes_name_address_and_language(signed_in, path, customer):
    assert "works until 1 April 2026" in signed_in.get(f"{path}new/").content.decode()
    answer = signed_in.post(f"{path}new/", FIELDS | key())
    assert (answer.status_code, answer["Location"]) == (302, path)
    row = AdminInvitation.objects.get()
    assert (row.name, row.address, row.language) == ("Pia Pärn", "pia@customer.example", "et")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("address", "nonsense", "nonsense"),
        ("address", "VERA@customer.example", "This is your own address."),
        ("first_name", "", "First name"),
        ("last_name", "<b>", "The characters &lt; and &gt; are not accepted"),
        ("language", "xx", "xx"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(signed_in, path, customer, field, typed, said):
    answer = signed_in.post(f"{path}new/", FIELDS | {field: typed} | key())
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert answer.context["form"].errors[field]
    assert not AdminInvitation.objects.exists()


def test_resending_and_withdrawing_name_the_person(signed_in, path, invited):
    for what in ("resend", "withdrawal"):
        page = signed_in.get(f"{path}invitations/{invited.pk}/{what}/").content.decode()
        assert "pia@customer.example" in page
    assert signed_in.post(f"{path}invitations/{invited.pk}/resend/", key()).status_code == 302
    newer = AdminInvitation.objects.get(version=2)
    assert signed_in.get(f"{path}invitations/{invited.pk}/resend/").status_code == 404
    assert signed_in.post(f"{path}invitations/{newer.pk}/withdrawal/", key()).status_code == 302
    assert not AdminInvitation.objects.in_force().exists()


def test_removing_names_what_is_lost(signed_in, path, customer, viktor):
    removal = f"{path}{membership(viktor).pk}/removal/"
    page = signed_in.get(removal).content.decode()
    assert "can no longer open the pages" in page
    assert "viktor@customer.example" in page
    assert signed_in.post(removal, key()).status_code == 302
    assert [row.user.email for row in admins_of(customer)] == ["vera@customer.example"]
    assert signed_in.get(removal).status_code == 404


def test_one_does_not_remove_oneself(signed_in, path, vera, viktor):
    answer = signed_in.post(f"{path}{membership(vera).pk}/removal/", key())
    assert answer.status_code == 409
    assert "To leave, hand over to another VIP admin." in answer.content.decode()


def test_another_customers_admins_and_invitations_do_not_exist_here(
    signed_in, path, olaf, pinned_today
):
    theirs = Membership.objects.get(user=olaf)
    invitation = invite_admin(
        theirs.customer, details=PIA, by=olaf, day=day_of(theirs.customer, pinned_today)
    )
    for address in (
        f"{path}{theirs.pk}/removal/",
        f"{path}invitations/{invitation.pk}/resend/",
        f"{path}invitations/{invitation.pk}/withdrawal/",
    ):
        assert signed_in.get(address).status_code == 404
        assert signed_in.post(address, key()).status_code == 404
    answer = signed_in.post(f"{path}handover/", {"to": theirs.pk} | key())
    assert answer.status_code == 422


def test_handing_over_twice_with_one_form_leads_to_the_same_place(
    signed_in, path, customer, vera, viktor
):
    form = {"to": membership(viktor).pk} | key()
    first, second = (
        signed_in.post(f"{path}handover/", form),
        signed_in.post(f"{path}handover/", form),
    )
    assert [(a.status_code, a["Location"]) for a in (first, second)] == [(302, "/member/")] * 2
    assert [row.user for row in admins_of(customer)] == [viktor]
    assert signed_in.get(path).status_code == 404
    assert "No organization at the moment" in signed_in.get("/member/").content.decode()


@pytest.mark.parametrize("what", ["removal", "resend", "withdrawal"])
def test_one_form_about_an_admin_sent_twice_leads_to_the_same_place(
    signed_in, path, viktor, invited, what
):
    about = membership(viktor) if what == "removal" else invited
    below = "" if what == "removal" else "invitations/"
    address, form = f"{path}{below}{about.pk}/{what}/", key()
    answers = [signed_in.post(address, form) for _ in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, path)] * 2
    assert signed_in.post(address, key()).status_code == 404


def test_a_dialog_is_a_page_too(signed_in, path, viktor, invited):
    paths = ("new/", "handover/", f"{membership(viktor).pk}/removal/")
    for part in (*paths, f"invitations/{invited.pk}/resend/"):
        headers = {"HX-Request": "true", "HX-Target": "dialog"}
        fragment = signed_in.get(f"{path}{part}", headers=headers).content.decode()
        assert "<html" not in fragment
        whole = signed_in.get(f"{path}{part}").content.decode()
        assert "<html" in whole
        assert 'method="post"' in fragment
        assert 'method="post"' in whole
