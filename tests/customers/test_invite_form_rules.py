"""Add Customer Organization: its rules at their edges, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from customers.models import Customer
from tests.customers.forms import HTMX, PATH, page, typed
from tests.each import each

pytestmark = pytest.mark.django_db


@each(
    ("segment", "date", "accepted"),
    [
        ("COM", "2027-03-02", False),
        ("COM", "2027-03-03", True),
        ("COM", "2029-03-02", True),
        ("COM", "2029-03-03", False),
        ("EDU", "2030-03-02", True),
        ("EDU", "2030-03-03", False),
        ("GOV", "2030-03-02", True),
        ("COM", "", False),
        ("COM", "30.06.2027", False),
        ("COM", "2027-02-30", False),
    ],
)
def test_the_custom_date_has_its_bounds(login, alice, segment, date, accepted):
    form = typed(segment=segment, custom_anniversary="on", custom_anniversary_on=date)
    response = login(alice).post(PATH, form)
    assert Customer.objects.filter(custom_anniversary_on__isnull=False).exists() == accepted
    if not accepted:
        assert response.status_code == 422
        assert 'name="step" value="date"' in page(response)
        assert 'id="id_custom_anniversary_on_error"' in page(response)


@pytest.mark.parametrize(
    ("invited_on", "date", "accepted"),
    [
        ("2024-02-29", "2025-02-28", False),
        ("2024-02-29", "2025-03-01", True),
        ("2024-02-29", "2027-02-28", True),
        ("2024-02-29", "2027-03-01", False),
    ],
)
def test_a_leap_days_invitation_is_clamped_before_the_day_is_added(
    login, alice, set_today, invited_on, date, accepted
):
    set_today(invited_on)
    login(alice).post(PATH, typed(custom_anniversary="on", custom_anniversary_on=date))
    assert Customer.objects.exists() == accepted


def test_everything_that_is_missing_is_said_at_once(login, alice):
    blank = dict.fromkeys(typed(), "") | {"key": typed()["key"], "step": "details", "go": "next"}
    shown = page(login(alice).post(PATH, blank))
    wrong = set(re.findall(r'id="id_(\w+)_error"', shown))
    assert wrong >= {
        *("name", "segment", "offerings", "country", "address_1", "city", "postal_code"),
        *("contact_first_name", "contact_last_name", "contact_email"),
    }


@each(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "AB"),
        ("name", "x" * 251),
        ("name", "x" * 10_000),
        ("name", "---"),
        ("name", "<script>"),
        ("name", "Nul\x00byte"),
        ("name", "Right\u202eLeft"),
        ("segment", None),
        ("segment", "XXX"),
        ("offerings", None),
        ("offerings", ["team", "other"]),
        ("country", ""),
        ("country", "ZZ"),
        ("city", ""),
        ("city", "x" * 41),
        ("address_1", ""),
        ("address_1", "x" * 61),
        ("address_2", "x" * 61),
        ("postal_code", ""),
        ("postal_code", "ABC"),
        ("contact_first_name", ""),
        ("contact_last_name", "x" * 36),
        ("contact_email", "nobody"),
        ("contact_email", "a" * 230 + "@customer.example"),
        ("language", "xx"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_what_is_wrong_is_said_at_its_field(login, alice, field, value, headers):
    response = login(alice).post(
        PATH, typed(step="details", go="next", **{field: value}), **headers
    )
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in page(response)
    assert 'name="step" value="details"' in page(response)


@each(
    "name",
    ["ABC", "x" * 250, "Ünï-Çødé & Söhne", "株式会社日本", "شركة ذات مسؤولية", "42!", "😀a😀"],
)
def test_names_of_any_script_are_stored_as_typed(login, alice, name):
    login(alice).post(PATH, typed(name=f"  {name} "))
    assert Customer.objects.get().name == name


def test_nothing_typed_is_lost_when_one_field_is_wrong(login, alice):
    form = typed(step="details", go="next", postal_code="1", custom_anniversary="on")
    shown = page(login(alice).post(PATH, form))
    for name in ("name", "city", "address_1", "contact_first_name", "contact_email"):
        assert f'value="{form[name]}"' in shown
    assert '<option value="EE" selected>' in shown and '<option value="et" selected>' in shown
    assert 'value="COM"' in shown and "checked" in shown
    assert f'value="{form["key"]}"' in shown, "the key stays, so a second try is the same form"


def test_only_segments_the_reseller_may_sell_are_offered_and_taken(login, alice, north):
    north.segments = ["EDU"]
    north.save()
    client = login(alice)
    assert "Commercial" not in page(client.get(PATH))
    assert client.post(PATH, typed(segment="COM")).status_code == 422
    assert not Customer.objects.exists()
