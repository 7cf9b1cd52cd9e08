"""Create new Purchase Authorization: lines, their rules, the block, and double submissions."""

from __future__ import annotations

import re
import uuid

import pytest

from authorizations.models import AuthorizationLine, PurchaseAuthorization
from tests.each import each

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def path(path_to):
    return path_to("authorizations/new/")


def form(*lines: tuple[object, str], **more: object) -> dict[str, object]:
    """Return the form with these lines of product and number, as a browser sends it."""
    return {
        "key": str(uuid.uuid4()),
        "product": [str(getattr(product, "pk", product)) for product, _ in lines],
        "quantity": [number for _, number in lines],
        "po_number": "",
    } | more


def page(response) -> str:
    return response.content.decode()


def without_token(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page(response))


def test_two_lines_make_one_pa_and_the_page_says_to_order_it(
    login, alice, path, photoshop, illustrator
):
    client = login(alice)
    response = client.post(path, form((photoshop, "5"), (illustrator, "2"), po_number=" PO-1 "))
    pa = PurchaseAuthorization.objects.get()
    assert [(line.product, line.quantity) for line in pa.lines.all()] == [
        (photoshop, 5),
        (illustrator, 2),
    ]
    assert (pa.po_number, pa.created_by) == ("PO-1", alice)
    shown = page(client.get(response["Location"]))
    assert f"Remember to place the order for {pa.number}" in shown
    assert "Order them for 12 months by 1 April 2026" in shown
    assert 'href="/help/#duration"' in shown


def test_the_dialog_makes_the_whole_page_move_on(login, alice, path, photoshop):
    response = login(alice).post(path, form((photoshop, "1")), **HTMX)
    number = PurchaseAuthorization.objects.get().number
    assert response.status_code == 204
    assert response["HX-Redirect"].endswith(f"?created={number}")


def test_going_back_and_changing_the_number_makes_a_second_pa(login, alice, path, photoshop):
    client = login(alice)
    first = form((photoshop, "5"))
    assert client.post(path, first).status_code == 302
    assert client.post(path, first | {"quantity": ["7"]}).status_code == 302
    numbers = [pa.lines.get().quantity for pa in PurchaseAuthorization.objects.all()]
    assert sorted(numbers) == [5, 7]


def test_the_same_form_sent_twice_makes_one_pa_and_leads_to_the_same_place(
    login, alice, path, photoshop
):
    client, sent = login(alice), form((photoshop, "1"))
    first, second = client.post(path, sent), client.post(path, sent)
    assert first["Location"] == second["Location"]
    assert PurchaseAuthorization.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_plus_adds_a_line_and_loses_nothing(login, alice, path, photoshop, headers):
    sent = form((photoshop, "1e3"), po_number="PO-1", add="1")
    response = login(alice).post(path, sent, **headers)
    shown = page(response)
    assert response.status_code == 200 and shown.count('name="quantity"') == 2
    assert f'value="{photoshop.pk}" selected' in shown
    assert 'value="1e3"' in shown and 'value="PO-1"' in shown
    assert f'value="{sent["key"]}"' in shown
    assert "aria-invalid" not in shown, "nothing is judged yet"
    assert not PurchaseAuthorization.objects.exists()


def test_a_line_is_taken_away_and_the_others_stay(login, alice, path, photoshop, illustrator):
    sent = form((photoshop, "7001"), (illustrator, "7002"), ("", "7003"), remove="1")
    shown = page(login(alice).post(path, sent))
    assert [f'value="{n}"' in shown for n in (7001, 7002, 7003)] == [True, False, True]


@pytest.mark.parametrize("remove", ["0", "7", "-1", "x", ""])
def test_at_least_one_line_stays_whatever_is_taken_away(login, alice, path, photoshop, remove):
    response = login(alice).post(path, form((photoshop, "1"), remove=remove))
    assert response.status_code == 200 and page(response).count('name="quantity"') == 1


@each(
    ("number", "accepted"),
    [
        ("1", True),
        (" 25 ", True),
        ("007", True),
        ("10000", True),
        ("10001", False),
        ("0", False),
        ("-1", False),
        ("+1", False),
        ("1.5", False),
        ("1e3", False),
        ("٣", False),
        ("²", False),
        ("", False),
        ("1,000", False),
        ("1000000000000", False),
        ("9" * 5000, False),
        ("1\x00", False),
    ],
)
def test_only_plain_digits_within_the_limits_are_a_number(
    login, alice, path, photoshop, number, accepted
):
    response = login(alice).post(path, form((photoshop, number)))
    assert response.status_code == (302 if accepted else 422)
    assert PurchaseAuthorization.objects.exists() == accepted
    if not accepted:
        assert 'id="id_line_0_quantity_error"' in page(response)
        assert f'value="{photoshop.pk}" selected' in page(response)


@pytest.mark.parametrize(("number", "accepted"), [("1", False), ("2", True)])
def test_a_product_can_have_a_minimum(login, alice, path, illustrator, number, accepted):
    client = login(alice)
    assert "Test Illustrator (at least 2)" in page(client.get(path))
    assert client.post(path, form((illustrator, number))).status_code == (302 if accepted else 422)


@pytest.mark.parametrize(("number", "accepted"), [("200000", True), ("200001", False)])
def test_enterprise_products_have_their_own_limit(login, alice, path, sign, number, accepted):
    response = login(alice).post(path, form((sign, number)))
    assert (response.status_code == 302) == accepted


def test_the_same_product_twice_points_to_the_first_line(
    login, alice, path, photoshop, illustrator
):
    sent = form((photoshop, "1"), (illustrator, "2"), (photoshop, "3"))
    response = login(alice).post(path, sent)
    assert response.status_code == 422
    assert "Test Photoshop is on line 1 already" in page(response)
    assert 'id="id_line_2_product_error"' in page(response)
    assert not PurchaseAuthorization.objects.exists()


def test_every_wrong_line_is_said_at_once(login, alice, path, photoshop, illustrator):
    sent = form((photoshop, "x"), ("", "1"), (illustrator, "1"), (photoshop, "1"))
    shown = page(login(alice).post(path, sent))
    for error in ("0_quantity", "1_product", "2_quantity", "3_product"):
        assert f'id="id_line_{error}_error"' in shown


def test_empty_lines_are_left_out(login, alice, path, photoshop):
    response = login(alice).post(path, form(("", ""), (photoshop, "1"), ("", " ")))
    assert response.status_code == 302
    assert AuthorizationLine.objects.count() == 1


@pytest.mark.parametrize("lines", [[], [("", "")], [("", ""), ("", "")]])
def test_nothing_chosen_is_said_at_the_first_line(login, alice, path, lines):
    response = login(alice).post(path, form(*lines))
    assert response.status_code == 422
    assert 'id="id_line_0_product_error"' in page(response)


def test_a_product_that_does_not_exist_is_refused(login, alice, path, photoshop):
    for product in ("999999999", "x", "1 OR 1=1", str(photoshop.pk) + "\x00"):
        assert login(alice).post(path, form((product, "1"))).status_code == 422
    assert not PurchaseAuthorization.objects.exists()


def test_products_ordered_directly_are_shown_and_refused(login, alice, path, acrobat):
    client = login(alice)
    shown = page(client.get(path))
    assert "Products you order directly" in shown
    assert "<option disabled>Test Acrobat</option>" in shown
    response = client.post(path, form((acrobat, "1")))
    assert response.status_code == 422
    assert "Test Acrobat is not available by PA. Order it directly." in page(response)


def test_only_products_of_the_customers_types_and_segment_are_offered(
    login, alice, make_customer, photoshop, sign
):
    customer = make_customer(offerings=["team"], segment="EDU")
    photoshop.segments = ["EDU"]
    photoshop.save()
    path = f"{customer.get_absolute_url()}authorizations/new/"
    shown = page(login(alice).get(path))
    assert "Test Photoshop" in shown and "Test Server" not in shown
    response = login(alice).post(path, form((sign, "1")))
    assert response.status_code == 422 and not PurchaseAuthorization.objects.exists()


@pytest.mark.parametrize(
    ("po_number", "accepted"),
    [("", True), ("x" * 35, True), ("x" * 36, False), ("<b>", False), ("A\u202eB", False)],
)
def test_the_po_number_has_its_rules(login, alice, path, photoshop, po_number, accepted):
    response = login(alice).post(path, form((photoshop, "1"), po_number=po_number))
    assert (response.status_code == 302) == accepted
    if not accepted:
        assert 'id="id_po_number_error"' in page(response)


def test_the_number_of_lines_is_bounded_and_the_bound_is_said(login, alice, path, photoshop):
    for count in (500, 1_001):
        response = login(alice).post(path, form(*[(photoshop, "1")] * count))
        assert response.status_code == 422
        assert f"at most 499 lines; these were {count}" in page(response)
    assert not PurchaseAuthorization.objects.exists()


@pytest.mark.parametrize(
    ("created_on", "blocked"),
    [("2026-01-31", False), ("2026-01-30", True), ("2026-01-01", True), ("2024-12-31", False)],
)
def test_a_past_due_customer_gets_no_form_but_the_reason(
    login, alice, make_customer, set_today, pinned_today, buy, photoshop, created_on, blocked
):
    set_today("2024-01-01")
    customer = make_customer()
    set_today(pinned_today)
    late = buy(created_on, of=customer)
    path = f"{customer.get_absolute_url()}authorizations/new/"
    shown = page(login(alice).get(path))
    assert (f"{late.number} has been past due since" in shown) == blocked
    assert ('name="quantity"' not in shown) == blocked
    response = login(alice).post(path, form((photoshop, "1")))
    assert response.status_code == (409 if blocked else 302)
    assert PurchaseAuthorization.objects.count() == (1 if blocked else 2)
    if blocked:
        assert f"{customer.get_absolute_url()}authorizations/{late.number}/order/" in shown


def test_what_pa_is_not_available_for_can_be_read_without_opening_anything(
    login, alice, path, photoshop
):
    sentence = (
        "PA is not available for Acrobat (enterprise), Creative Cloud for enterprise, or Creative"
        " Cloud for education device licenses. Order licenses directly from Adobe."
    )
    client = login(alice)
    for place in (path, "/customers/?show=no-products", "/customers/?show=no-products&q=nobody"):
        assert sentence in " ".join(page(client.get(place)).split()), place


def test_a_withdrawn_customer_takes_no_pa(login, alice, make_customer, photoshop):
    from django.utils import timezone

    customer = make_customer(withdrawn_at=timezone.now(), no_products_from_on=None)
    path = f"{customer.get_absolute_url()}authorizations/new/"
    assert 'name="quantity"' not in page(login(alice).get(path))
    assert login(alice).post(path, form((photoshop, "1"))).status_code == 409


def test_a_viewer_can_neither_open_nor_send_it(login, bob, path, photoshop):
    assert login(bob).get(path).status_code == 403
    assert login(bob).post(path, form((photoshop, "1"))).status_code == 403
    assert not PurchaseAuthorization.objects.exists()


def test_another_resellers_manager_finds_nothing_there(login, charlie, path, photoshop):
    client = login(charlie)
    unknown, sent = f"/customers/{'F' * 20}/authorizations/new/", form((photoshop, "1"))
    for send in (client.get, lambda path: client.post(path, sent)):
        assert send(path).status_code == 404
        assert without_token(send(path)) == without_token(send(unknown))
    assert not PurchaseAuthorization.objects.exists()


def test_a_number_that_is_none_of_the_customers_brings_no_reminder(login, alice, path_to, buy):
    pa = buy("2025-01-10")
    client = login(alice)
    for created in ("PA-00000000", pa.number, "<b>", "x" * 5000):
        assert "Remember to place" not in page(client.get(path_to(), {"created": created}))
