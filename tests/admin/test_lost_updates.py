"""Two people of ops with one form: the second save undoes nothing of the first unseen."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib import admin
from django.db import connection, models

from authorizations.models import Order, Product
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.lost_updates import GuardedAdmin, GuardedForm
from reseller_console.tenancy.django_admin.resellers import ResellerAdmin
from reseller_console.tenancy.models import (
    Program,
    ProgramTerms,
    Reseller,
    VipTerms,
    VipTermsText,
)
from tests import personas
from tests.admin.forms import errors_in, forms_in, opened
from tests.admin.pages import MODELS, url
from tests.each import each

# What can be edited; everything else in the admin is only looked at.
EDITED = {Customer, Order, Product, Program, ProgramTerms, Reseller, User, VipTerms}


@pytest.fixture
def draft(program):
    """A version of the VIP terms whose words are still typed."""
    return personas.make_vip_terms(program, version=2, published=False)


@pytest.fixture
def second(login):
    """Another person of ops, signed in."""
    return login(personas.make_ops("otto@console.example", "Otto Ops"))


def another(form: GuardedForm, name: str, value: object) -> object:
    """Return a value the field could hold as well."""
    column = form.instance._meta.get_field(name)
    if isinstance(column, models.ForeignKey):
        made = column.related_model._default_manager.create(name="Another")
        return made.pk
    if isinstance(value, dt.date):
        return value - dt.timedelta(1)
    if isinstance(value, bool):
        return not value
    if isinstance(column, models.IntegerField) and value is None:
        return 1
    if isinstance(value, int):
        return value - 1 if name == "order_due_days" else value + 1
    if isinstance(value, list):
        return value[:1]
    choices = [key for key, _label in getattr(form.fields[name], "choices", ()) if key]
    if choices:
        return next(key for key in choices if key != value)
    if isinstance(column, models.DateField):
        return dt.date(2030, 1, 1)
    return "LV" if name == "country" else f"x{value or ''}"


def store(form: GuardedForm, name: str, value: object) -> None:
    """Change a stored value as something outside of the admin does."""
    type(form.instance)._base_manager.filter(pk=form.instance.pk).update(**{name: value})


@each("model", MODELS)
def test_every_field_of_every_form_is_guarded(desk, one_of_each, draft, alice, model):
    row = {VipTerms: draft, User: alice}.get(model) or model._default_manager.first()
    path = url(model, "change", row.pk)
    edited = [
        (form, name, noted, value)
        for form in forms_in(desk.get(path).context)
        for name in form.fields
        if isinstance(form, GuardedForm)
        for name_, noted, value in form.stored()
        if name == name_ and not form.fields[name].widget.is_hidden
    ]
    columns = {
        form.add_prefix(name)
        for form in forms_in(desk.get(path).context)
        for name, field in form.fields.items()
        if form.instance.pk and not field.widget.is_hidden and name not in {"DELETE", "reason"}
    }
    assert {form.add_prefix(name) for form, name, *_rest in edited} == columns
    assert bool(columns) == (model in EDITED)
    if not columns:
        assert desk.post(path, {}).status_code == 403
    for form, name, _noted, value in edited:
        data = opened(desk, path)
        theirs = another(form, name, value)
        store(form, name, theirs)
        answer = desk.post(path, data)
        html_name = form.add_prefix(name)
        assert answer.status_code == 200, html_name
        assert (
            "Changed while this form was open. Save again to keep what you typed. Stored: "
            in errors_in(answer.context)[html_name]
        )
        kept = type(form.instance)._base_manager.values_list(name, flat=True)
        assert kept.get(pk=form.instance.pk) == theirs, html_name
        store(form, name, value)


def test_no_list_is_edited_and_every_admin_has_the_guard():
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, GuardedAdmin), model
        assert not model_admin.list_editable, model


@pytest.fixture
def opened_by_both(desk, second, make_customer):
    """A customer whose form two people have open; the first has saved."""
    customer = make_customer(name="Custmer", contact_email="vera@customer.example")
    path = url(Customer, "change", customer.pk)
    hers = opened(second, path) | {"reason": "Other reason", "address_1": "Lai 2"}
    first = opened(desk, path) | {"reason": "By phone", "name": "Customer", "city": "Tartu"}
    assert desk.post(path, first).status_code == 302
    return customer, path, hers


def test_the_second_sees_what_is_stored_and_who_changed_it(second, opened_by_both):
    customer, path, hers = opened_by_both
    answer = second.post(path, hers | {"name": "Custommer"})
    said = errors_in(answer.context)
    assert set(said) == {"name", "city"}
    assert said["name"].startswith("Changed by Olga Ops")
    assert "Stored: Customer" in said["name"]
    page = answer.content.decode()
    for kept in ('value="Custommer"', 'value="Lai 2"', 'value="Other reason"'):
        assert kept in page
    assert "&lt;label" not in page
    customer.refresh_from_db()
    assert (customer.name, customer.city, customer.address_1) == ("Customer", "Tartu", "Pikk 1")


@pytest.mark.parametrize(
    ("taken", "name", "city"),
    [
        ([], "Custommer", "Tallinn"),
        (["name"], "Customer", "Tallinn"),
        (["name", "city"], "Customer", "Tartu"),
    ],
)
def test_she_saves_hers_knowingly_or_takes_the_stored_one(
    second, opened_by_both, taken, name, city
):
    customer, path, hers = opened_by_both
    hers |= {"name": "Custommer"}
    seen = second.post(path, hers).context["seen"]
    answer = second.post(path, hers | {"_seen": seen, "_take_stored": taken})
    assert answer.status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.city, customer.address_1) == (name, city, "Lai 2")


def test_the_same_correction_by_both_is_no_difference(second, opened_by_both):
    customer, path, hers = opened_by_both
    same = hers | {"name": "Customer", "city": "Tartu"}
    assert second.post(path, same).status_code == 302
    customer.refresh_from_db()
    assert customer.address_1 == "Lai 2"


def test_what_the_form_does_not_edit_is_no_difference(desk, customer):
    path = url(Customer, "change", customer.pk)
    data = opened(desk, path) | {"reason": "By phone", "city": "Tartu"}
    Customer.objects.filter(pk=customer.pk).update(accepted_at=dt.datetime.now(dt.UTC))
    assert desk.post(path, data).status_code == 302


@each("seen", ["", "x", "eyJhdCI6IiIsInNlZW4iOnt9fQ:1abc:def"])
def test_a_form_without_its_note_has_seen_nothing(desk, customer, seen):
    path = url(Customer, "change", customer.pk)
    data = opened(desk, path) | {"reason": "By phone", "city": "Tartu", "_seen": seen}
    answer = desk.post(path, data)
    assert set(errors_in(answer.context)) == {"city"}
    assert desk.post(path, data | {"_seen": answer.context["seen"]}).status_code == 302


def test_the_note_of_one_row_says_nothing_of_another(desk, make_customer):
    one, other = make_customer(), make_customer()
    seen = opened(desk, url(Customer, "change", one.pk))["_seen"]
    path = url(Customer, "change", other.pk)
    data = opened(desk, path) | {"reason": "By phone", "city": "Tartu", "_seen": seen}
    assert set(errors_in(desk.post(path, data).context)) == {"city"}


def test_text_that_changed_is_not_deleted_unseen(desk, draft):
    VipTermsText.objects.create(terms=draft, language="et", body="Tingimused.")
    path = url(VipTerms, "change", draft.pk)
    data = opened(desk, path) | {"texts-1-DELETE": "on"}
    VipTermsText.objects.filter(language="et").update(body="Uued tingimused.")
    answer = desk.post(path, data)
    assert "Uued tingimused." in errors_in(answer.context)["texts-1-body"]
    assert draft.texts.count() == 2
    again = desk.post(path, data | {"_seen": answer.context["seen"]})
    assert again.status_code == 302
    assert draft.texts.count() == 1


def test_who_changed_a_row_that_belongs_to_another_is_told(desk, second, draft):
    path = url(VipTerms, "change", draft.pk)
    hers = opened(second, path) | {"texts-0-body": "Hers."}
    assert desk.post(path, opened(desk, path) | {"texts-0-body": "First."}).status_code == 302
    said = errors_in(second.post(path, hers).context)["texts-0-body"]
    assert said.startswith("Changed by Olga Ops")


@pytest.mark.parametrize(
    ("name", "typed", "theirs", "shown"),
    [
        ("segments", ["COM"], ["EDU", "GOV"], "Education, Government"),
        ("by_authorization", ["on"], False, "No"),
        ("retired_on", "", dt.date(2026, 3, 1), "March 1, 2026"),
        ("offering", "team", "enterprise", "Enterprise"),
    ],
)
def test_values_of_every_kind_are_read_and_taken(desk, product, name, typed, theirs, shown):
    path = url(Product, "change", product.pk)
    data = opened(desk, path) | {name: typed}
    Product.objects.filter(pk=product.pk).update(**{name: theirs})
    hers = desk.post(path, data)
    assert shown in errors_in(hers.context)[name]
    taken = data | {"_seen": hers.context["seen"], "_take_stored": name}
    assert desk.post(path, taken).status_code == 302
    assert getattr(Product.objects.get(pk=product.pk), name) == theirs


def save_together(first, second, reseller) -> list[int]:
    """Send two forms that were opened before at once; return the answers' statuses."""
    path = url(Reseller, "change", reseller.pk)
    sent = [
        (browser, opened(browser, path) | {"support_phone": phone})
        for browser, phone in ((first, "+372 1"), (second, "+372 2"))
    ]

    def send(browser, data):
        try:
            return browser.post(path, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(send, *zip(*sent, strict=True)))


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_refused(desk, second, north, monkeypatch):
    save = ResellerAdmin.save_model

    def save_later(*args, **kwargs):
        time.sleep(0.3)
        save(*args, **kwargs)

    monkeypatch.setattr(ResellerAdmin, "save_model", save_later)
    assert save_together(desk, second, north) == [200, 302]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_are_saved(desk, second, north, monkeypatch):
    save, together = ResellerAdmin.save_model, Barrier(2, timeout=10)

    def save_together_(*args, **kwargs):
        together.wait()
        save(*args, **kwargs)

    monkeypatch.setattr(ResellerAdmin, "save_model", save_together_)
    monkeypatch.setattr(GuardedAdmin, "lock", lambda *args: None)
    assert save_together(desk, second, north) == [302, 302]
