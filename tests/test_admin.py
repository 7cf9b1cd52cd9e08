"""The Django admin: who enters, that every page loads, and that it acts through the verbs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from authorizations.models import (
    AuthorizationLine,
    NightlyRun,
    Notice,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
)
from customers.models import CorrectionRequest, Customer, CustomerEvent
from notifications.models import Email, Suppression, TrackingEvent
from reseller_console.accounts.activity import sentence
from reseller_console.accounts.models import TeamEvent, User
from reseller_console.tenancy.models import Programme
from tests import personas

MODELS = list(admin.site._registry)
D = dt.timedelta


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def act(client, model, name, *rows):
    data = {"action": name, ACTION_CHECKBOX_NAME: [row.pk for row in rows]}
    return client.post(url(model), data, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def desk(login, ops):
    """Ops, signed in."""
    return login(ops)


@pytest.fixture
def product(db):
    """One product of the catalogue."""
    return Product.objects.create(name="Test app", family="Tests", offering="team")


@pytest.fixture
def make_authorization(product, pinned_today):
    """Return a function that makes a PA so many days old."""

    def make(customer, days=0, **fields):
        created = pinned_today - D(days)
        number = f"PA-{PurchaseAuthorization.objects.count():08d}"
        row = PurchaseAuthorization.objects.create(
            reseller=customer.reseller,
            customer=customer,
            number=number,
            created_on=created,
            counts_to=created + D(365),
            anniversary_day=created.day,
            due_on=created + D(30),
            suspends_on=created + D(60),
            lapses_on=created + D(396),
            usable_until_on=created + D(395),
            **fields,
        )
        AuthorizationLine.objects.create(
            reseller=customer.reseller, authorization=row, product=product, quantity=3
        )
        return row

    return make


@pytest.fixture
def one_of_each(customer, make_authorization, alice, vera, north, product, pinned_today):
    """At least one row of every model in the admin."""
    row = make_authorization(customer)
    order = Order.objects.create(
        reseller=north,
        number="O-1",
        number_key="o-1",
        ordered_on=pinned_today,
        return_until_on=pinned_today,
        recorded_by=alice,
        recorded_on=pinned_today,
    )
    OrderLine.objects.create(
        reseller=north,
        order=order,
        customer=customer,
        product=product,
        quantity=1,
        starts_on=pinned_today,
        counts_to=pinned_today + D(365),
        usable_until_on=pinned_today + D(395),
    )
    Notice.objects.create(
        reseller=north, customer=customer, authorization=row, kind="x", owed_on=pinned_today
    )
    NightlyRun.objects.create(reseller=north, for_day=pinned_today)
    Email.objects.create(
        reseller=north,
        key="k",
        letter="pa_created",
        to_address="v@x.example",
        not_before_at=timezone.now(),
    )
    now = timezone.now()
    Suppression.objects.create(
        reseller=north, address="w@x.example", address_key="w@x.example", since_at=now
    )
    TrackingEvent.objects.create(provider="mailgun", event_id="x", happened_at=now)
    CorrectionRequest.objects.create(reseller=north, customer=customer, asked_by=alice)
    CustomerEvent.objects.create(reseller=north, customer=customer, kind="customer_imported")
    TeamEvent.objects.create(reseller=north, colleague=alice, kind="colleague_joined")
    User.objects.get(pk=alice.pk).invitations.create(
        reseller=north, version=1, token_hash="x", expires_on=pinned_today
    )


# --- Who enters


@pytest.mark.parametrize(
    ("who", "expected"), [("alice", 403), ("ada", 403), ("charlie", 403), (None, 302), ("ops", 200)]
)
@pytest.mark.parametrize("path", ["/admin/", *(url(model) for model in MODELS)])
def test_only_ops_enter_the_admin(request, login, client, who, expected, path):
    desk = login(request.getfixturevalue(who)) if who else client
    answer = desk.get(path)
    assert answer.status_code == expected
    if expected == 302:
        assert answer.headers["Location"].startswith("/accounts/login/?next=/admin/")


def test_passwords_are_changed_on_the_consoles_page(desk):
    answer = desk.get("/admin/password_change/")
    assert answer.headers["Location"] == "/accounts/password/change/"


def test_the_admins_sign_in_page_is_the_consoles(client, login, alice):
    assert client.get("/admin/login/?next=/admin/x/").headers["Location"] == (
        "/accounts/login/?next=/admin/x/"
    )
    assert login(alice).get("/admin/login/").status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_staff_without_rights_see_nothing(login, model, one_of_each):
    staff = User.objects.create_user("staff@console.example", name="Stan", is_staff=True)
    row = model._default_manager.first()
    desk = login(staff)
    for path in (url(model), url(model, "change", row.pk)):
        assert desk.get(path).status_code == 403
    assert desk.post(url(model), {"action": "x", ACTION_CHECKBOX_NAME: row.pk}).status_code == 403


def test_staff_who_may_look_at_letters_may_not_act_on_them(login, one_of_each):
    from django.contrib.auth.models import Permission

    staff = User.objects.create_user("staff@console.example", name="Stan", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_email"))
    answer = act(login(staff), Email, "skip_letters", Email.objects.get())
    assert answer.status_code == 403
    assert Email.objects.get().skipped_at is None


# --- Every page


@pytest.mark.parametrize("model", MODELS, ids=str)
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
    desk, make_customer, make_authorization, model, django_assert_num_queries, north, alice
):
    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as captured:
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
                letter="x",
                to_address="a@b.example",
                not_before_at=timezone.now(),
            )
            personas.make_user(customer.contact_email, "U", north, "viewer")

    more(3)
    few = count()
    more(27)
    assert count() == few
    assert few <= 9


# --- States


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


# --- Corrections


# What Django asks of the tables below the form, which are only looked at.
INLINES = {
    f"{rows}-{kind}_FORMS": "0"
    for rows in ("memberships", "admin_invitations", "acceptances")
    for kind in ("TOTAL", "INITIAL")
}
FORM = INLINES | {
    "name": "Customer",
    "segment": "COM",
    "country": "EE",
    "region": "",
    "city": "Tallinn",
    "address_1": "Pikk 1",
    "address_2": "",
    "postal_code": "10123",
    "contact_first_name": "Vera",
    "contact_last_name": "Vaher",
    "contact_email": "vera@customer.example",
    "language": "en",
    "reason": "Typing error, by phone",
}


def test_a_correction_is_made_with_a_reason_and_written_down(desk, ops, make_customer):
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    answer = desk.post(url(Customer, "change", customer.pk), FORM)
    assert answer.status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.name_key) == ("Customer", "customer")
    event = CustomerEvent.objects.get(kind="customer_corrected")
    assert event.by == ops
    assert event.details["old"] == {"name": "Custmer"}
    assert event.details["new"] == {"name": "Customer"}
    assert sentence(event) == "corrected organization name: Typing error, by phone"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("name", "ab"),
        ("name", "A <b>bold</b> name"),
        ("name", "Zero\u200bwidth"),
        ("contact_email", "nonsense"),
        ("contact_first_name", "x" * 36),
        ("postal_code", "nonsense"),
        ("country", "QQ"),
        ("city", ""),
        ("segment", "XXX"),
        ("language", "x" * 11),
    ],
)
def test_a_wrong_correction_is_explained_at_its_field(desk, make_customer, field, value):
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    answer = desk.post(url(Customer, "change", customer.pk), FORM | {field: value})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    customer.refresh_from_db()
    assert customer.name == "Custmer"


def test_a_correction_into_another_customer_is_refused(desk, make_customer):
    twin = make_customer(name="Customer", contact_email="VERA@customer.example")
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    answer = desk.post(url(Customer, "change", customer.pk), FORM)
    assert twin.vip_id in str(answer.context["adminform"].form.errors["name"])


def test_a_twin_that_appears_in_the_last_moment_is_refused_with_a_sentence(
    desk, make_customer, monkeypatch
):
    make_customer(name="Customer", contact_email="vera@customer.example")
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    monkeypatch.setattr("customers.actions.correct.refuse_twin", lambda *args: None)
    monkeypatch.setattr("customers.forms.correction.refuse_twin", lambda *args: None)
    answer = desk.post(url(Customer, "change", customer.pk), FORM, follow=True)
    assert "Another customer has this name" in said(answer)[0]
    customer.refresh_from_db()
    assert customer.name == "Custmer"


def test_every_look_at_a_customer_is_written_down(desk, ops, customer, make_authorization):
    row = make_authorization(customer)
    desk.get(url(Customer, "change", customer.pk))
    desk.get(url(PurchaseAuthorization, "change", row.pk))
    views = CustomerEvent.objects.filter(kind="customer_viewed", by=ops)
    assert {event.details["what"] for event in views} == {"the customer", row.number}


def test_an_order_is_corrected_by_the_verb(desk, one_of_each, make_authorization, customer):
    order = Order.objects.get()
    row = make_authorization(customer, days=5, order=order)
    day = row.created_on.isoformat()
    data = {
        "number": "O-2",
        "ordered_on": day,
        "lines-TOTAL_FORMS": 0,
        "lines-INITIAL_FORMS": 0,
    }
    assert desk.post(url(Order, "change", order.pk), data).status_code == 302
    order.refresh_from_db()
    assert (order.number, order.ordered_on) == ("O-2", row.created_on)
    early = (row.created_on - D(1)).isoformat()
    answer = desk.post(url(Order, "change", order.pk), data | {"ordered_on": early}, follow=True)
    assert "order date lies between" in said(answer)[-1]
    answer = desk.post(url(Order, "change", order.pk), data | {"number": " "})
    assert "number" in answer.context["adminform"].form.errors


# --- Actions


def test_only_pending_authorizations_are_cancelled(desk, customer, make_authorization):
    pending, overdue = make_authorization(customer), make_authorization(customer, days=31)
    answer = act(desk, PurchaseAuthorization, "cancel_pending", pending, overdue)
    pending.refresh_from_db()
    overdue.refresh_from_db()
    assert pending.cancelled_at is not None
    assert overdue.cancelled_at is None
    assert any(overdue.number in line for line in said(answer))


def test_letters_are_skipped_and_sent_again(desk, one_of_each):
    email = Email.objects.get()
    act(desk, Email, "skip_letters", email)
    email.refresh_from_db()
    assert email.skipped_at is not None
    act(desk, Email, "send_letters_again", email)
    email.refresh_from_db()
    assert email.skipped_at is None
    answer = act(desk, Email, "send_letters_again", email)
    assert "can be sent again" in said(answer)[0]


@pytest.mark.parametrize(
    ("action", "due", "suspended", "upcoming"),
    [("thirty_days", 30, 60, 59), ("fourteen_days", 14, 44, 15)],
)
def test_presets_put_terms_in_force(
    desk, programme, pinned_today, action, due, suspended, upcoming
):
    act(desk, Programme, action, programme)
    act(desk, Programme, action, programme)
    programme = Programme.objects.get()
    terms = programme.terms_on(pinned_today)
    assert terms.effective_on == pinned_today
    assert (terms.order_due_days, terms.suspended_after_days, terms.upcoming_days) == (
        due,
        suspended,
        upcoming,
    )
    assert programme.terms_on(pinned_today - D(1)).order_due_days == 30
    assert programme.terms.count() == 2


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
    assert Email.objects.filter(letter="colleague_invited").count() == 2


def test_ops_correct_a_person(desk, alice, bob):
    path = url(User, "change", alice.pk)
    data = {"email": "alice.a@north.example", "name": "Alice A.", "language": "et"}
    assert desk.post(path, data).status_code == 302
    alice.refresh_from_db()
    assert (alice.email, alice.name, alice.language) == tuple(data.values())
    event = TeamEvent.objects.get()
    assert event.details["old"]["email"] == "alice@north.example"
    answer = desk.post(path, data | {"email": "BOB@north.example"})
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
