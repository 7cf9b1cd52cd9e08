"""A VIP admin presses *Request products* fifty times at the same moment."""

from __future__ import annotations

import pytest
from django.test import override_settings

from authorizations.models import PurchaseAuthorization
from notifications.models import Email
from tests import personas
from tests.live.conftest import STRONG, a_product
from tests.live.harm import does_harm
from tests.live.people import Fields, places, statuses
from tests.live.test_races import TIMES, events, with_own_keys

pytestmark = pytest.mark.xdist_group("live")


def requester(house, customer):
    """Return the browser of a VIP admin of the customer, and the form filled in for five."""
    address = f"vera@{customer.vip_id.lower()}.example"
    with override_settings(PASSWORD_HASHERS=STRONG):
        personas.make_member(customer, address, "Vera Vaher")
    vera = house.person(address)
    return vera, vera.form(path_of(customer)) | {"product": [str(a_product().pk)], "quantity": "5"}


def path_of(customer) -> str:
    return f"{customer.get_member_url()}requests/new/"


def sent(vera, customer, forms: list[Fields]):
    """Send the forms together; return the answers."""
    return vera.send_together([(path_of(customer), fields) for fields in forms])


def emails(customer, template: str) -> int:
    return Email.objects.filter(about=customer.vip_id, template=template).count()


def test_c21_one_form_sent_fifty_times_requests_once(house, new_customer):
    customer = new_customer()
    vera, fields = requester(house, customer)
    answers = sent(vera, customer, [fields] * TIMES)
    assert statuses(answers) == {302}
    assert len(places(answers)) == 1
    pa = PurchaseAuthorization.objects.get(customer=customer)
    assert pa.requested_by.name == "Vera Vaher"
    assert events(customer, "authorization_requested") == 1
    assert (emails(customer, "pa_requested"), emails(customer, "pa_request_copy")) == (1, 1)


def test_ten_forms_of_their_own_are_ten_requests(house, new_customer):
    customer = new_customer()
    vera, fields = requester(house, customer)
    answers = sent(vera, customer, with_own_keys(fields, 10))
    assert statuses(answers) == {302}
    assert PurchaseAuthorization.objects.filter(customer=customer).count() == 10


def test_without_keys_one_form_requests_often(house_without_keys, new_customer):
    def requests_often(_round: int) -> bool:
        customer = new_customer()
        vera, fields = requester(house_without_keys, customer)
        sent(vera, customer, [fields] * 8)
        times = PurchaseAuthorization.objects.filter(customer=customer).count()
        return times > 1 and emails(customer, "pa_requested") > 1

    does_harm(requests_often)
