"""C10: a broker that is down or silent keeps no VIP admin from accepting, asking or giving."""

from __future__ import annotations

import time
import uuid

import pytest

from authorizations.actions.create import create_authorization
from authorizations.models import Assignment, Product
from customers.admins.links import path_for
from notifications.models import Email
from tests import personas
from tests.customers.accepting.forms import filled
from tests.notifications.test_doorbell import black_hole, broker_at, closed_port
from tests.personas import day_of

# The same broken brokers as for the doorbell alone.
__all__ = ["black_hole", "broker_at", "closed_port"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", ["closed_port", "black_hole"])
def test_c10_a_member_notices_nothing_of_a_broker_that_is_gone(
    trouble, request, client, program, pinned_today
):
    request.getfixturevalue("broker_at")(request.getfixturevalue(trouble))
    personas.make_vip_terms(program)
    north = personas.make_reseller("North", program=program)
    alice = personas.make_user("alice@north.example", "Alice Adams", north, "manager")
    customer = personas.make_customer(managed_by=alice)
    product = Product.objects.create(name="Quiet Product", family="Test", offering="team")
    terms = {"po_number": "", "by": alice, "day": day_of(alice, pinned_today)}
    create_authorization(customer, lines=[(product, 2)], **terms)
    began = time.perf_counter()

    client.get(path_for(customer.vip_id, 1))
    assert client.post("/invitation/", filled(customer)).status_code == 302
    base = customer.get_member_url()
    key = {"key": str(uuid.uuid4())}
    fields = key | {"product": product.pk, "quantity": "1", "po_number": ""}
    assert client.post(f"{base}requests/new/", fields).status_code == 302
    fields = {"key": str(uuid.uuid4()), "name": "Ann", "address": "ann@people.example"}
    assert client.post(f"{base}products/{product.pk}/give/", fields).status_code == 302

    assert time.perf_counter() - began < 6
    assert Assignment.objects.held().count() == 1
    waiting = Email.objects.filter(sent_at__isnull=True).values_list("template", flat=True)
    assert {"pa_requested", "pa_request_copy"} <= set(waiting)
