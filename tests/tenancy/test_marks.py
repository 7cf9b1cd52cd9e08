"""What makes two sent forms the same: the key, who sends it, where to, and what was typed."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.tenancy.submissions import mark_of
from tests.customers.forms import PATH, typed

KEY = str(uuid.UUID(int=1))


def sent(path="/somewhere/", *, by=1, **fields):
    """Return a request that sends these fields."""
    request = RequestFactory().post(path, {"key": KEY, "name": "One"} | fields)
    request.user = User(pk=by) if by else AnonymousUser()
    return request


def a_list(text: bytes, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text)


@pytest.mark.parametrize(
    "other",
    [
        sent(by=2),
        sent(by=None),
        sent("/elsewhere/"),
        sent(name="Two"),
        sent(name="one"),
        sent(more=""),
        sent(name=["One", "One"]),
        sent(key=str(uuid.UUID(int=2))),
        sent(file=a_list(b"a")),
    ],
)
def test_what_differs_is_another_act(other):
    assert mark_of(other) not in (None, mark_of(sent()))


def test_what_is_the_same_has_one_mark():
    assert mark_of(sent()) == mark_of(sent())
    assert mark_of(sent(csrfmiddlewaretoken="a")) == mark_of(sent(csrfmiddlewaretoken="b"))
    assert mark_of(sent(key=KEY.upper())) == mark_of(sent())
    assert mark_of(sent(by=1), anybody=True) == mark_of(sent(by=None), anybody=True)


def test_files_are_told_apart_by_what_is_in_them_and_stay_readable():
    request = sent(file=a_list(b"a"))
    assert mark_of(request) == mark_of(sent(file=a_list(b"a", "other.csv")))
    assert mark_of(request) != mark_of(sent(file=a_list(b"b")))
    assert request.FILES["file"].read() == b"a"


def test_without_a_key_there_is_no_mark():
    assert mark_of(sent(key="")) is None
    assert mark_of(sent(key="1' OR 1")) is None
    assert mark_of(RequestFactory().get("/", {"key": KEY})) is None


def test_fields_cannot_be_moved_into_one_another():
    assert mark_of(sent(a="1", b="2")) != mark_of(sent(a="1, b: 2"))
    assert mark_of(sent(a=["1", "2"])) != mark_of(sent(a="12"))


def test_going_back_and_inviting_somebody_else_invites_both(login, alice):
    client, first = login(alice), typed()
    one = client.post(PATH, first)
    other = first | {"name": "Other OÜ", "contact_email": "other@other.example"}
    two = client.post(PATH, other)
    assert one["Location"] != two["Location"]
    assert set(Customer.objects.values_list("name", flat=True)) == {first["name"], "Other OÜ"}
    assert "other@other.example" in client.get(two["Location"]).content.decode()
    assert client.post(PATH, first)["Location"] == one["Location"]
    assert Customer.objects.count() == 2


def test_somebody_elses_key_acts_for_oneself_and_tells_nothing(login, alice, charlie):
    taken = typed()
    theirs = login(alice).post(PATH, taken)["Location"]
    own = login(charlie).post(PATH, taken)
    assert own["Location"] != theirs
    assert Customer.objects.get(reseller=charlie.reseller).get_absolute_url() == own["Location"]


def test_two_people_who_send_the_same_words_with_one_key_act_each_for_themselves(
    login, alice, ada, bob
):
    """A key that somebody else has used tells nothing and stops nothing."""
    first, second = (
        login(person).post(PATH, typed(key=KEY, same_name_ok="on", contact_email=address))
        for person, address in ((alice, "one@tahe.example"), (ada, "two@tahe.example"))
    )
    assert first.status_code == second.status_code == 302
    same = login(ada).post(
        PATH, typed(key=KEY, same_name_ok="on", contact_email="one@tahe.example")
    )
    # Not where Alice's form has led: the customer is there already.
    assert same.status_code == 422
    assert "This organization was invited with this contact already." in same.content.decode()
    assert login(bob).post(PATH, typed(key=KEY)).status_code == 403
