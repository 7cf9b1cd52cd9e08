"""Who asks for what is another's leaves a trace that ops read; who makes a slip leaves none."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.urls import reverse

from customers.admins.landing import Visitor
from customers.admins.links import token_for
from customers.models import Membership
from customers.views import landing
from reseller_console.accounts import attempts
from reseller_console.accounts.models import AccessAttempt
from tests import personas
from tests.attacks.test_other_tenants import buy, key


def traces(**fields) -> list[tuple[str, str, int]]:
    rows = AccessAttempt.objects.filter(**fields).order_by("pk")
    return list(rows.values_list("kind", "about", "target"))


@pytest.fixture
def of_south(sam):
    """A customer of South."""
    return personas.make_customer(managed_by=sam, name="South Pole Supplies")


def test_another_resellers_customer_is_written_down_once_an_hour(login, charlie, customer):
    client = login(charlie, REMOTE_ADDR="192.0.2.7")
    now = dt.datetime(2026, 3, 2, 9, 59, tzinfo=dt.UTC)
    for later, rows in ((0, 1), (0.5, 1), (2, 2)):
        with time_machine.travel(now + dt.timedelta(minutes=later), tick=False):
            assert client.get(customer.get_absolute_url()).status_code == 404
        assert traces(by=charlie) == [("address", "customers.customer", customer.pk)] * rows
    row = AccessAttempt.objects.latest("pk")
    assert (row.reseller, row.where, row.address) == (
        customer.reseller,
        "customer_details",
        "192.0.2.7",
    )


def test_a_slip_of_the_pen_and_ones_own_are_no_attempts(
    login, client, alice, bob, ops, vera, customer, charlie
):
    path = customer.get_absolute_url()
    client.get(path)
    login(charlie).get(f"/customers/{'F' * 20}/")
    login(ops).get(path)
    login(vera).get(path)
    login(alice).get(customer.get_member_url())
    login(bob).post(f"{path}manager/", key() | {"to": bob.pk})
    login(alice).get(f"/team/{bob.pk}/role/")
    login(charlie).get("/team/99999999999999999999999/role/")
    assert traces() == []


@pytest.mark.parametrize("person", ["charlie", "sam"])
def test_a_colleague_of_another_reseller_is_written_down_with_the_right_or_without(
    person, request, login, alice
):
    user = request.getfixturevalue(person)
    assert login(user).post(f"/team/{alice.pk}/role/", key()).status_code in (403, 404)
    assert traces(by=user) == [("address", "accounts.user", alice.pk)]


@pytest.mark.parametrize(
    ("path", "field", "about"),
    [
        ("/customers/{own}/manager/", "to", "accounts.user"),
        ("/team/primary/", "colleague", "accounts.user"),
        ("/customers/manager/", "customers", "customers.customer"),
        ("/customers/{own}/authorizations/{pa}/order/", "authorizations", "pa"),
        ("/customers/{own}/authorizations/{pa}/order/", "more", "pa"),
    ],
)
def test_x02_ids_of_another_reseller_in_a_form_leave_a_trace(
    path, field, about, login, sam, of_south, customer, alice, pinned_today
):
    own, anothers = buy(of_south, sam, pinned_today), buy(customer, alice, pinned_today)
    typed, target, about = {
        "accounts.user": (alice.pk, alice.pk, about),
        "customers.customer": (customer.vip_id, customer.pk, about),
        "pa": (anothers.number, anothers.pk, "authorizations.purchaseauthorization"),
    }[about]
    path = path.format(own=of_south.vip_id, pa=own.number)
    fields = {"number": "SO-1", "ordered_on": "2026-03-02", "to": sam.pk}
    assert login(sam).post(path, key() | fields | {field: typed}).status_code == 422
    assert traces(by=sam) == [("field", about, target)]


@pytest.mark.parametrize("typed", ["", "x", "-1", "0", str(2**70), "\0", "999999999"])
def test_what_nobody_has_leaves_none(typed, login, sam, of_south):
    path = f"/customers/{of_south.vip_id}/manager/"
    assert login(sam).post(path, key() | {"to": typed}).status_code == 422
    assert traces() == []


def test_x01_ids_of_another_customer_in_a_members_pages_leave_a_trace(login, mine, anothers, both):
    client = login(mine.admin)
    for path in (
        f"{mine.path}admins/{anothers.second.pk}/removal/",
        f"{mine.path}admins/invitations/{anothers.invitation.pk}/resend/",
        f"{mine.path}people/{anothers.given.person_id}/take-back/",
    ):
        assert client.get(path).status_code == 404
    ticked = {"a": [str(anothers.given.pk), str(both.given.pk)]}
    client.get(f"{mine.path}products/{mine.product.pk}/take-back/", ticked)
    client.post(f"{mine.path}admins/handover/", key() | {"to": anothers.second.pk})
    # The admin serves this one, too.
    assert client.get(f"{mine.path}admins/{both.second.pk}/removal/").status_code == 404
    assert traces(by=mine.admin) == [
        ("address", "customers.membership", anothers.second.pk),
        ("address", "customers.admininvitation", anothers.invitation.pk),
        ("address", "authorizations.person", anothers.given.person_id),
        ("field", "authorizations.assignment", anothers.given.pk),
        ("field", "customers.membership", anothers.second.pk),
    ]


@pytest.mark.parametrize("person", ["alice", "charlie", "olaf"])
def test_following_somebody_elses_invitation_leaves_a_trace(person, request, login, make_customer):
    customer, user = make_customer(), request.getfixturevalue(person)
    client = login(user)
    client.get(f"/invitations/{token_for(customer.vip_id, 1)}/")
    client.get("/invitation/")
    client.post("/invitation/", key() | {"agreed": "on"})
    assert traces() == [("acceptance", "customers.customer", customer.pk)]
    assert not Membership.objects.filter(customer=customer).exists()


@pytest.mark.django_db(transaction=True)
def test_what_the_verb_refuses_and_rolls_back_leaves_a_trace(
    login, alice, make_customer, vip_terms, monkeypatch
):
    customer = make_customer()
    monkeypatch.setattr(landing, "visitor", lambda *args: Visitor.INVITED)
    client = login(alice)
    client.get(f"/invitations/{token_for(customer.vip_id, 1)}/")
    page = client.get("/invitation/")
    form = page.context["form"]
    sent = {name: form[name].value() or "on" for name in form.fields}
    answer = client.post("/invitation/", sent)
    assert answer.status_code == 409
    assert traces() == [("acceptance", "customers.customer", customer.pk)]


def test_a_flood_does_not_fill_the_table(login, charlie, make_customer, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_AN_HOUR", 3)
    client = login(charlie)
    for _ in range(5):
        assert client.get(make_customer().get_absolute_url()).status_code == 404
    assert len(traces(by=charlie)) == 3


def test_the_answer_stands_when_nothing_can_be_written(login, charlie, customer, monkeypatch):
    def fail(*args):
        raise DatabaseError

    monkeypatch.setattr(attempts, "_write", fail)
    assert login(charlie).get(customer.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("change", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_x39_the_application_changes_and_deletes_none(change, login, charlie, customer):
    login(charlie).get(customer.get_absolute_url())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("accounts_accessattempt"))


def test_ops_find_attempts_and_cannot_change_them(login, ops, charlie, sam, customer):
    for user in (charlie, sam):
        login(user, REMOTE_ADDR="192.0.2.7").get(customer.get_absolute_url())
    desk, path = login(ops), reverse("admin:accounts_accessattempt_changelist")
    page = desk.get(path, {"q": "charlie"}).content.decode()
    shown = page.split('id="result_list"')[1]
    assert charlie.name in shown
    assert reverse("admin:customers_customer_change", args=[customer.pk]) in shown
    assert sam.name not in shown
    assert sam.name in desk.get(path, {"q": "192.0.2.7"}).content.decode()
    row = AccessAttempt.objects.first()
    change = reverse("admin:accounts_accessattempt_change", args=[row.pk])
    assert desk.post(change, {}).status_code == 403
    assert desk.get(reverse("admin:accounts_accessattempt_add")).status_code == 403
