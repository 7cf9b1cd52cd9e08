"""F1: what a mail program would decode is refused wherever a text can be typed."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError

from authorizations.licenses.people import clean_name
from authorizations.models import Product
from customers.forms.correction_request import clean_note
from customers.forms.team import InviteColleaguesForm
from customers.models import Customer
from customers.organization.addresses import clean_address
from customers.organization.names import (
    clean_email,
    clean_organization_name,
    clean_person_name,
    clean_reference,
)
from notifications.models import Email
from reseller_console.accounts.forms import OwnName
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Program, Reseller
from tests.admin.pages import url
from tests.customers.forms import PATH, page, typed
from tests.each import each

WORDS = [
    "=?utf-8?q?x=0ABcc=3A_v?=",
    "=?UTF-8?B?eApCY2M6IHY=?=",
    "Org =?utf-8?q?x",
    "==?",
    "a=?b",
    "Õ=?utf-8*et?q?x?=",
]
SENTENCE = "The characters =? are not accepted"
ADDRESS = {
    "country": "EE",
    "region": "",
    "city": "Tallinn",
    "address_1": "Pikk 1",
    "address_2": "",
    "postal_code": "10123",
}


@each("word", WORDS)
@each(
    "clean",
    [
        clean_organization_name,
        lambda text: clean_person_name(text, label="First name"),
        clean_reference,
        clean_note,
        clean_name,
        lambda text: clean_address(**ADDRESS | {"city": text}),
        lambda text: clean_address(**ADDRESS | {"address_1": text}),
    ],
)
def test_no_name_begins_an_encoded_word(clean, word):
    with pytest.raises(ValidationError) as refused:
        clean(word)
    assert SENTENCE in str(refused.value.messages)


@each("name", ["A = B", "Why?", "?= !", "2+2=4?", "Who = ? and why"])
def test_equals_signs_and_question_marks_are_fine_by_themselves(name):
    assert clean_reference(name) == name


@each("local", ["=?utf-8?q?x=0ABcc=3A_v=40evil.example?=", "a=?b", "=?x"])
def test_no_address_begins_an_encoded_word(local):
    address = f"{local}@customer.example"
    with pytest.raises(ValidationError):
        clean_email(address)
    form = InviteColleaguesForm({"addresses": address, "role": "manager", "key": str(uuid.uuid4())})
    assert not form.is_valid() and "is not an email address" in str(form.errors["addresses"])


@each("name", WORDS)
def test_nobody_calls_themselves_a_header(name):
    form = OwnName({"name": name})
    assert not form.is_valid() and SENTENCE in str(form.errors["name"])


@pytest.mark.django_db
@each("field", ["name", "contact_first_name", "contact_last_name", "city", "address_1"])
def test_the_form_says_so_at_the_field_and_keeps_what_was_typed(field, login, alice):
    answer = login(alice).post(PATH, typed(**{field: "Org =?utf-8?q?x=0ABcc:_v?="}))
    assert answer.status_code == 422
    assert SENTENCE in page(answer)
    assert "Org =?utf-8?q?x=0ABcc:_v?=" in page(answer)
    assert not Customer.objects.filter(name__contains="=?").exists()


@pytest.mark.django_db
@each("address", ["=?x?=@evil.example", '"a, b"@evil.example', '"=?utf-8?q?x?="@evil.example'])
def test_a_stranger_has_no_email_sent_to_such_an_address(address, client):
    answer = client.post("/accounts/password/reset/", {"email": address})
    assert answer.status_code == 200
    (sentence,) = answer.context["form"].errors["email"]
    assert "email address" in sentence
    assert not Email.objects.exists()


@pytest.mark.django_db
@each(
    ("model", "fields"),
    [
        (Product, {"name": "P =?utf-8?q?x=0ABcc:_v?=", "family": "F", "offering": "team"}),
        (Product, {"name": "P", "family": "=?utf-8?q?x?=", "offering": "team"}),
        (Reseller, {"name": "=?utf-8?q?x=0ABcc:_v?=", "time_zone": "UTC"}),
        (Reseller, {"name": "East", "support_email": "=?x?=@evil.example"}),
        (Program, {"name": "=?utf-8?q?x?="}),
        (User, {"email": "new@north.example", "name": "=?utf-8?q?x?="}),
        (User, {"email": "=?utf-8?q?x=2C?=@north.example", "name": "New"}),
        (User, {"email": '"a, b"@north.example', "name": "New"}),
    ],
)
def test_ops_type_no_header_either(model, fields, login, ops):
    before = model.objects.count()
    answer = login(ops).post(url(model, "add"), fields)
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    said = " ".join(str(errors.get(name, "")) for name in fields)
    assert SENTENCE in said or "not an email address" in said
    assert model.objects.count() == before
