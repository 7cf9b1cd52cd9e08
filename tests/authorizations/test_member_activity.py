"""What VIP admins read in their activity, and what stays the reseller's."""

from __future__ import annotations

import re

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from authorizations.licenses.activity import AssignmentKind
from authorizations.models import PurchaseKind
from customers.models import CustomerEvent, CustomerKind
from notifications.models import Email
from reseller_console.accounts.activity import told_to_members
from tests.authorizations.pages import page, section
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

# What the reseller and ops do among themselves.
KEPT_BACK = {
    CustomerKind.IMPORTED,
    CustomerKind.WITHDRAWN,
    CustomerKind.MANAGER_CHANGED,
    CustomerKind.CORRECTED,
    CustomerKind.CAME_BACK,
    CustomerKind.ARRIVED,
    CustomerKind.CORRECTION_ASKED,
    CustomerKind.CORRECTION_CLOSED,
    CustomerKind.VIEWED,
    CustomerKind.PERSON_ERASED,
    CustomerKind.NO_ADMIN_LEFT,
    PurchaseKind.ORDER_CORRECTED,
}


def shown_to(client, customer) -> str:
    return section(client.get(f"{customer.get_member_url()}activity/"), "Activity")


def record(customer, kind: str, by, **details: object) -> None:
    CustomerEvent.objects.create(
        reseller=customer.reseller, customer=customer, by=by, kind=kind, details=details
    )


def test_of_every_kind_it_is_decided_whether_members_are_told():
    kinds = {*CustomerKind, *PurchaseKind, *AssignmentKind}
    assert kinds - set(told_to_members()) == KEPT_BACK


def test_members_read_what_happened_in_their_words(login, vera, alice, customer, buy, pinned_today):
    ordered, cancelled = buy("2026-02-01"), buy()
    record_order(
        [ordered],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([ordered], pinned_today),
    )
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, pinned_today))
    shown = shown_to(login(vera), customer)
    assert f"Alice Adams added products, {ordered.number}: 5 × Test Photoshop" in shown
    assert f"Alice Adams placed the order for {ordered.number}; its licenses are paid" in shown
    assert f"Alice Adams cancelled {cancelled.number}; its licenses are gone" in shown


@each("kind", sorted(KEPT_BACK))
def test_what_is_the_resellers_alone_is_not_shown(login, vera, ops, customer, kind):
    record(customer, kind, ops, what="the details", reason="a secret reason", fields="city")
    shown = shown_to(login(vera), customer)
    assert "Nothing has been recorded here yet." in shown
    assert "Olga" not in shown and "secret" not in shown


def test_members_see_their_own_emails_and_nobody_elses(login, vera, viktor, customer, alice, buy):
    buy()
    Email.objects.create(
        reseller=customer.reseller,
        key="x",
        template="x",
        about=customer.vip_id,
        subject="To the manager alone",
        to_address=alice.email,
        not_before_at="2026-03-02T00:00Z",
    )
    for reader, other in ((vera, viktor), (viktor, vera)):
        shown = shown_to(login(reader), customer)
        assert f"to {reader.email}" in shown
        assert other.email not in shown and "To the manager alone" not in shown


def test_nothing_of_another_organization_is_shown(login, olaf, vera, customer, buy):
    pa = buy()
    other = olaf.memberships.get().customer
    assert pa.number not in shown_to(login(olaf), other)


def test_it_is_paged_without_a_gap(login, vera, alice, customer):
    for n in range(60):
        record(customer, CustomerKind.RESENT, alice, email=f"e{n}@x.example")
        record(customer, CustomerKind.VIEWED, alice, what=f"secret{n}")
    client, seen, address = login(vera), [], f"{customer.get_member_url()}activity/"
    while address:
        response = client.get(address)
        seen += re.findall(r"e\d+@x\.example", section(response, "Activity"))
        older = re.search(r'href="([^"]+activity=[^"]+)#activity"', page(response))
        address = older and older[1]
    assert len(seen) == len(set(seen)) == 60


def test_paging_in_place_brings_only_the_activity(login, vera, alice, customer):
    for n in range(30):
        record(customer, CustomerKind.RESENT, alice, email=f"e{n}@x.example")
    client = login(vera)
    path = f"{customer.get_member_url()}activity/"
    older = re.search(r'hx-get="([^"]+activity=[^"]+)"', page(client.get(path)))[1]
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "activity"}
    shown = page(client.get(older, **headers))
    assert shown.strip().startswith('<section class="panel" id="activity"')
    assert "<!DOCTYPE" not in shown
