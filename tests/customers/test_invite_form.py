"""Add Customer Organization: its steps, its button, twins, and who may open it."""

from __future__ import annotations

import datetime as dt

import pytest

from customers.models import Customer
from notifications.models import Email
from tests.customers.forms import HTMX, PATH, page, typed

pytestmark = pytest.mark.django_db


# --- Steps


def test_the_page_and_the_dialog_stand_at_one_address(login, alice):
    client = login(alice)
    whole, dialog = client.get(PATH), client.get(PATH, **HTMX)
    assert "<!DOCTYPE html>" in page(whole) and "Add Customer Organization" in page(whole)
    assert "<!DOCTYPE html>" not in page(dialog) and "Add Customer Organization" in page(dialog)


def test_next_leads_to_a_last_look_at_what_was_typed(login, alice):
    response = login(alice).post(PATH, typed(step="details", go="next"))
    assert response.status_code == 200
    for words in ("Tähe Keemia OÜ", "51010 Tartu", "Tiina Tamm", "tiina@tahe.example", "Eesti"):
        assert words in page(response)
    assert "Invite Customer" in page(response)
    assert not Customer.objects.exists()


def test_next_asks_for_the_date_once_the_box_is_ticked(login, alice):
    response = login(alice).post(PATH, typed(step="details", go="next", custom_anniversary="on"))
    assert 'type="date"' in page(response) and "Invite Customer" not in page(response)
    assert 'min="2027-03-03"' in page(response) and 'max="2029-03-02"' in page(response)
    assert 'value="Tähe Keemia OÜ"' in page(response), "what was typed travels along"
    assert "optional" not in page(response)


def test_the_date_step_leads_on_to_the_last_look(login, alice):
    form = typed(
        step="date", go="next", custom_anniversary="True", custom_anniversary_on="2027-06-30"
    )
    response = login(alice).post(PATH, form)
    assert "30 June 2027" in page(response) and "Invite Customer" in page(response)


@pytest.mark.parametrize(
    ("step", "custom", "shown"),
    [("confirm", None, "details"), ("confirm", "on", "date"), ("date", "on", "details")],
)
def test_back_shows_the_step_before_without_judging(login, alice, step, custom, shown):
    form = typed(step=step, go="back", custom_anniversary=custom, contact_email="not yet")
    response = login(alice).post(PATH, form)
    assert response.status_code == 200
    assert f'name="step" value="{shown}"' in page(response)
    assert 'value="not yet"' in page(response)
    assert "aria-invalid" not in page(response)


def test_a_country_brings_its_own_words_and_regions(login, alice):
    form = typed(step="details", go="country", country="US", postal_code="95110")
    response = login(alice).post(PATH, form)
    assert "ZIP code" in page(response) and ">California<" in page(response)
    assert 'value="95110"' in page(response)
    assert "aria-invalid" not in page(response)


def test_a_country_changed_in_place_brings_only_the_address(login, alice):
    headers = HTMX | {"HTTP_HX_TARGET": "address"}
    form = typed(step="details", go="country", country="US")
    response = login(alice).post(PATH, form, **headers)
    assert ">California<" in page(response) and "Organization Name" not in page(response)


def test_a_region_typed_for_another_country_is_not_lost(login, alice):
    form = typed(step="details", go="country", country="US", region="Harjumaa")
    response = login(alice).post(PATH, form)
    assert '<option value="Harjumaa" selected>' in page(response)


# --- Inviting


def test_invite_customer_issues_a_vip_id_and_posts_the_email(login, alice):
    response = login(alice).post(PATH, typed())
    customer = Customer.objects.get()
    assert response["Location"] == customer.get_absolute_url()
    assert (customer.name, customer.contact_email) == ("Tähe Keemia OÜ", "tiina@tahe.example")
    assert (customer.managed_by, customer.invited_on) == (alice, dt.date(2026, 3, 2))
    assert Email.objects.get(about=customer.vip_id).to_address == "tiina@tahe.example"


def test_the_dialog_makes_the_whole_page_move_on(login, alice):
    response = login(alice).post(PATH, typed(), **HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == Customer.objects.get().get_absolute_url()


def test_the_same_form_sent_twice_invites_once_and_leads_to_the_same_place(login, alice):
    client, form = login(alice), typed()
    first, second = client.post(PATH, form), client.post(PATH, form)
    assert first["Location"] == second["Location"]
    assert Customer.objects.count() == 1


def test_a_form_without_its_key_is_asked_for_once_more(login, alice):
    response = login(alice).post(PATH, typed(key=None))
    assert response.status_code == 422 and not Customer.objects.exists()
    assert "Part of this form was lost" in page(response)
    assert 'name="key" value="' in page(response)


def test_an_unticked_box_gives_no_custom_date(login, alice):
    login(alice).post(PATH, typed(custom_anniversary_on="2027-06-30"))
    assert Customer.objects.get().custom_anniversary_on is None


# --- Twins


def test_the_same_name_and_contact_is_refused_at_the_address(login, alice, make_customer):
    make_customer(name="Tähe  keemia oü", contact_email="TIINA@tahe.example")
    response = login(alice).post(PATH, typed(step="details", go="next"))
    assert response.status_code == 422
    assert 'name="step" value="details"' in page(response)
    assert 'id="id_contact_email_error"' in page(response)


def test_the_same_name_alone_is_asked_about_and_can_be_overridden(login, alice, make_customer):
    twin = make_customer(name="tähe keemia oü")
    client, form = login(alice), typed()
    response = client.post(PATH, form)
    assert response.status_code == 422 and twin.vip_id in page(response)
    assert 'name="same_name_ok"' in page(response) and "Invite Customer" in page(response)
    assert client.post(PATH, form | {"same_name_ok": "on"}).status_code == 302
    assert Customer.objects.count() == 2


def test_a_namesake_of_another_reseller_is_nobodys_business(login, alice, sam, charlie):
    from tests.personas import make_customer

    make_customer(managed_by=charlie, name="Tähe Keemia OÜ", contact_email="tiina@tahe.example")
    assert login(alice).post(PATH, typed()).status_code == 302


# --- People


def test_a_viewer_cannot_open_or_send_the_form(login, bob):
    client = login(bob)
    assert client.get(PATH).status_code == 403
    assert client.post(PATH, typed()).status_code == 403
    assert not Customer.objects.exists()


def test_ops_have_no_customers_to_invite(login, ops):
    assert login(ops).get(PATH).status_code == 404


def test_anonymous_people_get_the_sign_in_page(client):
    response = client.get(PATH)
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/customers/new/"
    dialog = client.get(PATH, **HTMX)
    assert dialog["HX-Redirect"] == "/accounts/login/?next=/customers/new/"
