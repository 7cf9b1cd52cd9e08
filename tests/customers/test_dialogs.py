"""Resend, withdraw, change Managed by, add an offering type: pages, dialogs, rights."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from customers.admins.links import token_for
from customers.models import Customer, Invitation
from notifications.models import Email
from tests import personas

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
WRITES = ["invitation/resend/", "invitation/withdrawal/", "offerings/"]
EVERY = [*WRITES, "manager/"]


def key() -> dict[str, str]:
    return {"key": str(uuid.uuid4())}


def page(response) -> str:
    return response.content.decode()


@pytest.fixture
def customer(make_customer):
    """A customer that is sold team products only."""
    return make_customer(offerings=["team"])


@pytest.fixture
def path_to(customer):
    return lambda rest: f"{customer.get_absolute_url()}{rest}"


@pytest.mark.parametrize("rest", EVERY)
def test_each_is_a_page_and_a_dialog_at_one_address(login, ada, path_to, rest):
    client = login(ada)
    whole, dialog = page(client.get(path_to(rest))), page(client.get(path_to(rest), **HTMX))
    assert "<!DOCTYPE html>" in whole and "<!DOCTYPE html>" not in dialog
    for shown in (whole, dialog):
        assert f'action="{path_to(rest)}"' in shown and f'hx-post="{path_to(rest)}"' in shown


@pytest.mark.parametrize("rest", EVERY)
def test_a_viewer_can_neither_open_nor_send_it(login, bob, path_to, rest):
    client = login(bob)
    assert client.get(path_to(rest)).status_code == 403
    assert client.post(path_to(rest), key()).status_code == 403


@pytest.mark.parametrize("rest", EVERY)
def test_another_resellers_people_find_nothing_there(login, charlie, sam, path_to, rest):
    for person in (charlie, sam):
        client = login(person)
        assert client.get(path_to(rest)).status_code == 404
        assert client.post(path_to(rest), key()).status_code == 404


@pytest.mark.parametrize("rest", WRITES)
def test_the_same_form_sent_twice_acts_once(login, alice, customer, path_to, rest):
    client, sent = login(alice), key()
    first, second = client.post(path_to(rest), sent), client.post(path_to(rest), sent)
    assert first["Location"] == second["Location"] == customer.get_absolute_url()
    assert customer.events.count() == 1


@pytest.mark.parametrize("rest", WRITES)
def test_the_dialog_makes_the_whole_page_move_on(login, alice, customer, path_to, rest):
    response = login(alice).post(path_to(rest), key(), **HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, customer.get_absolute_url())


# --- The invitation


def test_resending_makes_a_new_link_and_kills_the_old_one(login, alice, customer, path_to):
    client = login(alice)
    assert customer.contact_email in page(client.get(path_to("invitation/resend/")))
    shown = page(client.post(path_to("invitation/resend/"), key(), follow=True))
    assert f"The invitation is on its way to {customer.contact_email}." in shown
    assert Invitation.objects.in_force().get().version == 2
    assert client.get(f"/invitations/{token_for(customer.vip_id, 1)}/").status_code == 404
    assert client.get(f"/invitations/{token_for(customer.vip_id, 2)}/").status_code == 302
    assert Email.objects.filter(template="customer_invited").count() == 1


def test_an_accepted_invitation_is_not_sent_again(login, alice, customer, vera):
    path = customer.get_absolute_url() + "invitation/resend/"
    client = login(alice)
    assert "nothing left to send" in page(client.get(path))
    response = client.post(path, key())
    assert (
        response.status_code == 409
        and "and has a VIP admin, so there is nothing left to accept" in page(response)
    )


def test_withdrawing_and_resending_bring_the_customer_there_and_back(
    login, alice, customer, path_to
):
    client = login(alice)
    client.post(path_to("invitation/withdrawal/"), key())
    assert Customer.objects.get().withdrawn_at is not None
    assert "brings the customer back" in page(client.get(path_to("invitation/resend/")))
    client.post(path_to("invitation/resend/"), key())
    assert Customer.objects.get().withdrawn_at is None


def test_a_customer_with_products_is_not_withdrawn(login, alice, make_customer):
    customer = make_customer(no_products_from_on=None)
    path, client = f"{customer.get_absolute_url()}invitation/withdrawal/", login(alice)
    assert "This customer has products." in page(client.get(path))
    response = client.post(path, key())
    assert response.status_code == 409
    assert "has products, so its invitation cannot be withdrawn." in page(response)


# --- Offering types


@pytest.mark.parametrize(("has", "missing"), [("team", "Enterprise"), ("enterprise", "Team")])
def test_the_other_type_can_be_added(login, alice, make_customer, has, missing):
    customer = make_customer(offerings=[has])
    path, client = f"{customer.get_absolute_url()}offerings/", login(alice)
    assert f"Add {missing} offerings" in page(client.get(path))
    client.post(path, key())
    customer.refresh_from_db()
    assert set(customer.offerings) == {"team", "enterprise"}
    assert "has both offering types already" in page(client.get(path))


# --- Managed by


def test_an_admin_hands_one_customer_to_a_colleague(login, ada, north, customer, path_to):
    carl = personas.make_user("carl@north.example", "Carl Carlsson", north, "manager")
    client = login(ada)
    assert "Carl Carlsson" in page(client.get(path_to("manager/")))
    assert client.post(path_to("manager/"), key() | {"to": carl.pk}).status_code == 302
    customer.refresh_from_db()
    assert customer.managed_by == carl


def test_a_manager_who_is_no_admin_cannot(login, alice, customer, path_to):
    client = login(alice)
    assert client.get(path_to("manager/")).status_code == 403
    assert client.post(path_to("manager/"), key() | {"to": alice.pk}).status_code == 403
    assert client.get("/customers/manager/").status_code == 403


def test_only_active_colleagues_who_may_write_can_be_chosen(
    login, ada, bob, charlie, north, customer, path_to
):
    gone = personas.make_user("gone@north.example", "Gone", north, "manager")
    gone.deactivated_at = timezone.now()
    gone.save()
    for person in (bob, charlie, gone):
        response = login(ada).post(path_to("manager/"), key() | {"to": person.pk})
        assert response.status_code == 422
        assert "Choose an active colleague who may change customers." in page(response)
    customer.refresh_from_db()
    assert customer.managed_by.email == "alice@north.example"


def test_an_admin_hands_over_many_at_once(login, ada, make_customer):
    customers = [make_customer() for _ in range(3)]
    client = login(ada)
    shown = page(client.get("/customers/manager/", {"customer": [c.vip_id for c in customers[:2]]}))
    assert customers[0].vip_id in shown and customers[2].vip_id not in shown
    typed = f"{customers[0].vip_id}\r\n {customers[1].vip_id.lower()}, {customers[0].vip_id}"
    sent = key() | {"to": ada.pk, "customers": typed}
    assert client.post("/customers/manager/", sent)["Location"] == "/customers/"
    managers = Customer.objects.order_by("pk").values_list("managed_by__email", flat=True)
    assert list(managers) == ["ada@north.example", "ada@north.example", "alice@north.example"]


@pytest.mark.parametrize("strange", ["F" * 20, "abc", "<b>", "foreign", "x" * 5000])
def test_a_vip_id_that_is_not_ones_own_stops_it_all(login, ada, charlie, customer, strange):
    foreign = personas.make_customer(managed_by=charlie)
    strange = foreign.vip_id if strange == "foreign" else strange
    sent = key() | {"to": ada.pk, "customers": f"{customer.vip_id} {strange}"}
    response = login(ada).post("/customers/manager/", sent)
    assert response.status_code == 422
    assert "This is not a VIP ID of your customers" in page(response)
    assert customer.vip_id in page(response), "what was typed stays"
    assert not Customer.objects.filter(managed_by=ada).exists()


def test_more_than_500_at_a_time_are_refused(login, ada):
    typed = " ".join(f"{n:020X}" for n in range(501))
    response = login(ada).post("/customers/manager/", key() | {"to": ada.pk, "customers": typed})
    assert response.status_code == 422 and "At most 500 customers" in page(response)
