"""Request products as a VIP admin: the manager's form, limits and block, from the other side."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.activity import PurchaseKind
from authorizations.details.page import OPEN_ROWS
from authorizations.models import PurchaseAuthorization
from customers.models import CustomerEvent, Membership
from notifications import rendering
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from tests.authorizations.test_details_page import many
from tests.counting import counted
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def path(customer):
    return f"{customer.get_member_url()}requests/new/"


def form(*lines: tuple[object, str], **more: object) -> dict[str, object]:
    """Return the form with these lines of product and number, as a browser sends it."""
    return {
        "key": str(uuid.uuid4()),
        "product": [str(product.pk) for product, _ in lines],
        "quantity": [number for _, number in lines],
        "po_number": "",
    } | more


def page(response) -> str:
    return response.content.decode()


def words(response) -> str:
    """Return what is read on the page: no tags, blanks collapsed."""
    main = page(response).split("<main", 1)[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


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
    assert "North has been told and must order them by 1 April 2026" in shown


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


def test_the_same_form_sent_twice_makes_one_request(login, vera, path, photoshop):
    client, sent = login(vera), form((photoshop, "1"))
    first, second = client.post(path, sent), client.post(path, sent)
    assert first["Location"] == second["Location"]
    assert PurchaseAuthorization.objects.count() == 1
    assert Email.objects.filter(template="pa_requested").count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_plus_adds_a_line_and_keeps_what_was_typed(login, vera, path, photoshop, headers):
    sent = form((photoshop, "7"), po_number="PO-1", add="1")
    shown = page(login(vera).post(path, sent, **headers))
    assert shown.count('name="quantity"') == 2
    assert f'value="{photoshop.pk}" selected' in shown and 'value="PO-1"' in shown
    assert not PurchaseAuthorization.objects.exists()


@pytest.mark.parametrize(
    ("number", "accepted"), [("10000", True), ("10001", False), ("0", False), ("1e3", False)]
)
def test_the_limits_are_the_managers(login, vera, path, photoshop, number, accepted):
    response = login(vera).post(path, form((photoshop, number)))
    assert response.status_code == (302 if accepted else 422)
    assert PurchaseAuthorization.objects.exists() == accepted


def test_the_minimum_is_the_managers(login, vera, path, illustrator):
    assert "Test Illustrator (at least 2)" in page(login(vera).get(path))
    assert login(vera).post(path, form((illustrator, "1"))).status_code == 422


def test_products_ordered_directly_are_shown_and_refused(login, vera, path, acrobat):
    client = login(vera)
    shown = page(client.get(path))
    assert "Products your reseller orders directly" in shown
    assert "<option disabled>Test Acrobat</option>" in shown
    assert client.post(path, form((acrobat, "1"))).status_code == 422
    assert not PurchaseAuthorization.objects.exists()


def test_only_products_of_the_customers_types_and_segment_can_be_requested(
    login, vera, customer, path, photoshop, sign
):
    customer.offerings = ["team"]
    customer.save(update_fields=["offerings"])
    shown = page(login(vera).get(path))
    assert "Test Photoshop" in shown and "Test Server" not in shown
    assert login(vera).post(path, form((sign, "1"))).status_code == 422


@pytest.mark.parametrize(("created_on", "blocked"), [("2026-01-31", False), ("2026-01-30", True)])
def test_a_past_due_pa_blocks_members_as_it_blocks_managers(
    login, vera, alice, customer, path, buy, photoshop, created_on, blocked
):
    late = buy(created_on)
    client = login(vera)
    shown = words(client.get(path))
    assert ("Once that order is recorded, you can request products again" in shown) == blocked
    response = client.post(path, form((photoshop, "1")))
    assert response.status_code == (409 if blocked else 302)
    if blocked:
        assert f"{late.number} is past due since 2 March 2026" in shown
        assert "your reseller had to order it by 1 March 2026" in shown
        assert alice.email in shown and "orders/" not in page(client.get(path)).split("<main")[1]
        assert "past due since" in words(client.get(customer.get_member_url()))


def test_a_request_is_refused_that_became_late_while_it_was_filled_in(
    login, vera, path, buy, photoshop, set_today
):
    buy()
    client = login(vera)
    assert 'name="quantity"' in page(client.get(path))
    set_today("2026-04-02")
    response = client.post(path, form((photoshop, "1")))
    assert response.status_code == 409
    assert "Once that order is recorded" in words(response)


def test_what_was_just_requested_is_said_also_behind_many_others(
    login, vera, customer, path, buy, photoshop
):
    many(customer, photoshop, OPEN_ROWS + 1, created_on=dt.date(2026, 2, 28))
    client = login(vera)
    response = client.post(path, form((photoshop, "1")))
    assert "North has been told" in words(client.get(response["Location"]))


def test_somebody_removed_while_filling_in_the_form_requests_nothing(
    vera, customer, photoshop, pinned_today
):
    # The door lets nobody in who is removed; this is who was inside already.
    Membership.objects.filter(user=vera).update(removed_at=timezone.now())
    with pytest.raises(ActionRefused) as refused:
        create_authorization(
            customer,
            lines=[(photoshop, 1)],
            po_number="",
            by=vera,
            requested_by=vera,
            day=day_of(customer, pinned_today),
        )
    assert refused.value.code == "no_admin"
    assert not PurchaseAuthorization.objects.exists()


def test_the_form_offers_nothing_of_the_resellers(login, vera, path, photoshop, buy):
    buy("2026-01-30")
    assert "/customers/" not in page(login(vera).get(path))


def test_a_member_cannot_cancel_and_is_told_whom_to_ask(login, vera, customer, path_to, buy):
    pa = buy()
    client = login(vera)
    assert client.post(path_to(f"authorizations/{pa.number}/cancellation/")).status_code == 404
    shown = client.get(f"{customer.get_member_url()}requests/")
    assert "To cancel a pending request, ask North" in words(shown)
    assert "cancellation" not in page(shown)


@pytest.mark.parametrize("who", ["alice", "ada", "ops", "olaf", "charlie"])
def test_nobody_else_requests_for_the_customer(login, who, request, path, vera, photoshop):
    client = login(request.getfixturevalue(who))
    assert client.get(path).status_code == 404
    assert client.post(path, form((photoshop, "1"))).status_code == 404
    assert not PurchaseAuthorization.objects.exists()


def test_the_form_costs_the_same_for_one_line_and_for_a_hundred(
    login, vera, path, photoshop, illustrator
):
    client, counts = login(vera), []
    client.get(path)
    for lines in (1, 100):
        sent = form(*[(photoshop, "1")] * lines, add="1")
        with counted() as queries:
            client.post(path, sent)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- What the manager sees of it


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
