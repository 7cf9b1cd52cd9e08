"""Who is told of what a VIP admin requested: by email, on the list, on the details page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from authorizations.models import PurchaseAuthorization, PurchaseKind
from customers.models import CustomerEvent
from notifications import rendering
from notifications.models import Email
from tests.authorizations.member_requests.forms import form
from tests.authorizations.pages import page, words
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def emails_to(address: str) -> list[str]:
    return [email.template for email in Email.objects.filter(to_address=address).order_by("pk")]


def test_a_request_makes_a_pa_requested_by_the_member(login, vera, path, photoshop, illustrator):
    client = login(vera)
    response = client.post(path, form((photoshop, "5"), (illustrator, "2"), po_number=" PO-1 "))
    pa = PurchaseAuthorization.objects.get()
    assert (pa.requested_by, pa.created_by, pa.po_number) == (vera, vera, "PO-1")
    assert [(line.product, line.quantity) for line in pa.lines.all()] == [
        (photoshop, 5),
        (illustrator, 2),
    ]
    shown = words(client.get(response["Location"]))
    assert f"{pa.number} is requested, and its licenses can be used now" in shown
    assert "North has been notified and must order them by 1 April 2026" in shown


def test_what_the_reseller_makes_is_requested_by_nobody(buy):
    assert buy().requested_by is None


def test_the_event_says_who_requested_what(login, vera, path, photoshop):
    login(vera).post(path, form((photoshop, "5")))
    pa = PurchaseAuthorization.objects.get()
    event = CustomerEvent.objects.get(kind=PurchaseKind.REQUESTED)
    assert event.by == vera
    assert event.details == {"number": pa.number, "products": "5 × Test Photoshop"}


def test_the_manager_is_told_what_to_order_and_until_when(
    login, alice, vera, customer, path, photoshop
):
    login(vera).post(path, form((photoshop, "5"), po_number="PO-1"))
    pa = PurchaseAuthorization.objects.get()
    email = rendering.write(Email.objects.get(template="pa_requested", to_address=alice.email))
    assert email.subject == (
        f"{customer.name} has requested products: order {pa.number} by 1 April 2026"
    )
    for part in (
        "Vera Vaher has requested products",
        f"Organization: {customer.name}",
        f"VIP ID: {customer.vip_id}",
        f"Purchase authorization: {pa.number}",
        "Their PO number: PO-1",
        "Requested: 2 March 2026",
        "Order due: 1 April 2026",
        "Duration to order: 12 months (365 days)",
        "5 licenses of Test Photoshop",
        f"{customer.get_absolute_url()}#{pa.number}",
    ):
        assert part in email.text


def test_the_primary_admin_is_told_when_the_manager_is_gone(
    login, alice, ada, vera, path, photoshop
):
    alice.deactivated_at = timezone.now()
    alice.save(update_fields=["deactivated_at"])
    login(vera).post(path, form((photoshop, "5")))
    assert emails_to(ada.email) == ["pa_requested"]
    assert emails_to(alice.email) == []


def test_without_anybody_left_to_tell_the_request_still_stands(login, alice, vera, path, photoshop):
    alice.deactivated_at = timezone.now()
    alice.save(update_fields=["deactivated_at"])
    assert login(vera).post(path, form((photoshop, "5"))).status_code == 302
    assert not Email.objects.filter(template="pa_requested").exists()


def test_every_vip_admin_gets_a_copy(login, vera, viktor, olaf, path, photoshop):
    login(vera).post(path, form((photoshop, "5")))
    for admin in (vera, viktor):
        assert emails_to(admin.email) == ["pa_request_copy"]
    assert emails_to(olaf.email) == []
    text = rendering.write(Email.objects.get(to_address=viktor.email)).text
    assert "Vera Vaher has requested products" in " ".join(text.split())
    assert "must order them by 1 April 2026" in " ".join(text.split())


@pytest.fixture
def requested(login, vera, path, photoshop):
    """A PA that Vera requested today."""
    login(vera).post(path, form((photoshop, "5")))
    return PurchaseAuthorization.objects.get()


BADGE = "Requested by the customer"


def test_the_list_marks_who_requested_something(login, alice, requested, make_customer):
    make_customer(name="Asked for nothing")
    rows = page(login(alice).get("/customers/")).split("<tbody>")[1].split("</tr>")
    marked = [BADGE in row for row in rows if "<tr" in row]
    assert sorted(marked) == [False, True]
    assert BADGE in next(row for row in rows if requested.customer.vip_id in row)


def test_the_mark_goes_once_it_is_ordered(login, alice, requested, pinned_today):
    record_order(
        [requested],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([requested], pinned_today),
    )
    assert BADGE not in page(login(alice).get("/customers/"))


def test_the_mark_goes_once_the_reseller_cancels_it(login, alice, requested, pinned_today):
    cancel_authorization(requested, by=alice, day=day_of(requested, pinned_today))
    assert BADGE not in page(login(alice).get("/customers/"))


@pytest.mark.parametrize(("days", "marked"), [(-1, True), (0, False)])
def test_the_mark_goes_when_it_lapses(login, alice, requested, set_today, days, marked):
    set_today(requested.lapses_on + dt.timedelta(days=days))
    assert (BADGE in page(login(alice).get("/customers/"))) == marked


def test_what_the_reseller_made_is_not_marked(login, alice, buy, path_to):
    buy()
    client = login(alice)
    assert BADGE not in page(client.get("/customers/"))
    assert BADGE not in page(client.get(path_to()))


def test_the_details_say_who_requested_it_in_both_sections(login, alice, bob, requested, path_to):
    for reader in (alice, bob):
        shown = page(login(reader).get(path_to()))
        for section in ("open-heading", "history-heading"):
            part = shown.split(f'id="{section}"')[1].split("</section>")[0]
            assert BADGE in part and "Vera Vaher" in part
        assert f'id="{requested.number}"' in shown, "the email leads to this row"


def test_the_managers_activity_says_who_requested_it(login, alice, requested, path_to):
    activity = page(login(alice).get(path_to())).split('id="activity"')[1]
    plain = " ".join(re.sub(r"<[^>]+>", " ", activity).split())
    assert f"Vera Vaher requested {requested.number}: 5 × Test Photoshop" in plain
