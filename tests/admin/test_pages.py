"""Who enters the admin, and that every page of it loads."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils import timezone

from authorizations.models import PurchaseAuthorization
from customers.models import Customer, CustomerEvent
from notifications.models import Email
from reseller_console.accounts.models import User
from tests import personas
from tests.admin.pages import MODELS, act, url
from tests.counting import counted
from tests.each import each


@each("path", ["/admin/", *(url(model) for model in MODELS)])
def test_only_ops_enter_the_admin(login, client, alice, ada, charlie, ops, path):
    refused = {user.email: login(user).get(path).status_code for user in (alice, ada, charlie)}
    assert set(refused.values()) == {403}, refused
    assert login(ops).get(path).status_code == 200
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/admin/")


def test_passwords_are_changed_on_the_consoles_page(desk):
    answer = desk.get("/admin/password_change/")
    assert answer.headers["Location"] == "/accounts/password/change/"


def test_the_admins_sign_in_page_is_the_consoles(client, login, alice):
    assert client.get("/admin/login/?next=/admin/x/").headers["Location"] == (
        "/accounts/login/?next=/admin/x/"
    )
    assert login(alice).get("/admin/login/").status_code == 403


@each("model", MODELS)
def test_staff_without_rights_see_nothing(login, model, one_of_each):
    staff = User.objects.create_user("staff@console.example", name="Stan", is_staff=True)
    row = model._default_manager.first()
    desk = login(staff)
    for path in (url(model), url(model, "change", row.pk)):
        assert desk.get(path).status_code == 403
    assert desk.post(url(model), {"action": "x", ACTION_CHECKBOX_NAME: row.pk}).status_code == 403


def test_staff_who_may_look_at_emails_may_not_act_on_them(login, one_of_each):
    from django.contrib.auth.models import Permission

    staff = User.objects.create_user("staff@console.example", name="Stan", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_email"))
    answer = act(login(staff), Email, "skip_emails", Email.objects.get())
    assert answer.status_code == 403
    assert Email.objects.get().skipped_at is None


@each("model", MODELS)
def test_every_page_loads_and_nothing_can_be_deleted(desk, one_of_each, model):
    row = model._default_manager.first()
    assert desk.get(url(model)).status_code == 200
    assert desk.get(url(model), {"q": "something"}).status_code == 200
    page = desk.get(url(model, "change", row.pk))
    assert page.status_code == 200
    assert "token_hash" not in page.content.decode()
    assert desk.get(url(model, "delete", row.pk)).status_code == 403
    assert desk.get(url(model, "history", row.pk)).status_code == 200
    assert desk.get(url(model, "add")).status_code in (200, 403)


@pytest.mark.parametrize(
    ("model", "filters"),
    [
        (Customer, {"show": ["no-products", "pending", "past-due", "upcoming", "ready", "x"]}),
        (Customer, {"invitation": ["invited", "accepted", "expired", "withdrawn", "x"]}),
        (PurchaseAuthorization, {"status": ["pending", "overdue", "lapsed", "x"]}),
        (Email, {"delivery": ["queued", "sent", "bounced", "x"]}),
        (User, {"account": ["active", "pending", "deactivated", "x"]}),
    ],
)
def test_filters_answer(desk, one_of_each, model, filters):
    for name, values in filters.items():
        for value in values:
            assert desk.get(url(model), {name: value}).status_code == 200


@pytest.mark.parametrize("model", [Customer, PurchaseAuthorization, CustomerEvent, Email, User])
def test_lists_ask_the_same_questions_for_three_rows_and_thirty(
    desk, make_customer, make_authorization, model, north, alice
):
    def count():
        with counted() as captured:
            desk.get(url(model))
        return len(captured)

    def more(number):
        for _ in range(number):
            customer = make_customer()
            make_authorization(customer)
            CustomerEvent.objects.create(reseller=north, customer=customer, by=alice, kind="x")
            Email.objects.create(
                reseller=north,
                key=customer.vip_id,
                template="x",
                to_address="a@b.example",
                not_before_at=timezone.now(),
            )
            personas.make_user(customer.contact_email, "U", north, "viewer")

    more(3)
    few = count()
    more(27)
    assert count() == few
    assert few <= 9


def test_standing_is_judged_by_each_resellers_own_today(desk, make_customer, charlie, settings):
    import time_machine

    settings.CONSOLE_TODAY = None
    now = dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC)  # 3 March in Tallinn, 2 March in New York
    with time_machine.travel(now, tick=False):
        settings.CONSOLE_TODAY = dt.date(2026, 3, 2)
        span = {"past_due_from_on": dt.date(2026, 3, 3), "past_due_until_on": dt.date(2026, 6, 1)}
        here = make_customer(**span)
        there = make_customer(managed_by=charlie, **span)
        settings.CONSOLE_TODAY = None
        page = desk.get(url(Customer), {"show": "past-due"}).content.decode()
    assert here.vip_id in page
    assert there.vip_id not in page


def test_search_finds_by_name_without_accents_and_by_vip_id(desk, make_customer):
    jaan, other = make_customer(name="Jaan Tõnissoni Selts"), make_customer(name="Other")
    for q in ("tonisson", jaan.vip_id, jaan.contact_email, "selts JAAN"):
        page = desk.get(url(Customer), {"q": q}).content.decode()
        assert jaan.vip_id in page
        assert other.vip_id not in page


def test_authorizations_are_found_by_number_and_vip_id(desk, customer, make_authorization):
    row, other = make_authorization(customer), make_authorization(customer)
    page = desk.get(url(PurchaseAuthorization), {"q": f" {row.number.lower()} "}).content.decode()
    assert row.number in page
    assert other.number not in page
    page = desk.get(url(PurchaseAuthorization), {"q": customer.vip_id}).content.decode()
    assert row.number in page
    assert other.number in page
    assert row.number not in desk.get(url(PurchaseAuthorization), {"q": "PA"}).content.decode()
