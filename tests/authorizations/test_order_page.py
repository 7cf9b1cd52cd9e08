"""Record order and correct it: one number, one date, any PAs of the reseller."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from authorizations.actions.create import create_authorization
from authorizations.models import Order, PurchaseAuthorization
from reseller_console.lib.wording import long_date
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2025-01-01")
    customer = make_customer()
    set_today(pinned_today)
    return customer


def address(pa) -> str:
    return f"{pa.customer.get_absolute_url()}authorizations/{pa.number}/order/"


def form(*ticked, **changes: object) -> dict[str, object]:
    return {
        "key": str(uuid.uuid4()),
        "number": "9200001",
        "ordered_on": "2026-03-02",
        "authorizations": [pa.number for pa in ticked],
        "more": "",
    } | changes


def page(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_the_form_has_today_and_this_pa_ticked(login, alice, buy, headers):
    pa, other = buy("2026-02-20"), buy("2026-02-25")
    shown = page(login(alice).get(address(pa), **headers))
    assert 'value="2026-03-02"' in shown and 'max="2026-03-02"' in shown
    assert shown.count("checked") == 1
    assert pa.number in shown and other.number in shown


def test_an_order_pays_for_every_ticked_pa(login, alice, buy):
    pa, other, third = buy("2026-02-20"), buy("2026-02-25"), buy()
    response = login(alice).post(address(pa), form(pa, other))
    assert response["Location"] == pa.customer.get_absolute_url()
    order = Order.objects.get()
    assert (order.number, order.ordered_on) == ("9200001", dt.date(2026, 3, 2))
    assert set(order.authorizations.values_list("number", flat=True)) == {pa.number, other.number}
    third.refresh_from_db()
    assert third.order is None


def test_an_order_can_pay_for_other_customers_of_the_reseller(login, alice, buy, make_customer):
    pa, elsewhere = buy(), buy(of=make_customer())
    typed = f" {elsewhere.number.lower()},\n{pa.number} "
    response = login(alice).post(address(pa), form(pa, more=typed))
    assert response.status_code == 302
    assert Order.objects.get().authorizations.count() == 2


def test_another_resellers_pa_is_as_unknown_as_one_nobody_has(
    login, alice, charlie, buy, photoshop, pinned_today
):
    from tests.personas import make_customer

    foreign = create_authorization(
        make_customer(managed_by=charlie),
        lines=[(photoshop, 1)],
        po_number="",
        by=charlie,
        day=day_of(charlie, pinned_today),
    )
    pa, client = buy(), login(alice)
    sentences = []
    for number in (foreign.number, "PA-00000000"):
        for sent in (form(pa, more=number), form(authorizations=[number])):
            response = client.post(address(pa), sent)
            assert response.status_code == 422
            assert "None of your customers has this purchase authorization" in page(response)
            sentences.append(page(response).count(number))
    assert not Order.objects.exists()


@each(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "  "}, "number"),
        ({"number": "x" * 36}, "number"),
        ({"number": "<1>"}, "number"),
        ({"ordered_on": ""}, "ordered_on"),
        ({"ordered_on": "2.3.2026"}, "ordered_on"),
        ({"ordered_on": "2026-02-19"}, "ordered_on"),
        ({"ordered_on": "2026-03-03"}, "ordered_on"),
        ({"authorizations": []}, "authorizations"),
        ({"more": "PA-1"}, "more"),
        ({"more": " ".join(f"PA-{n:08}" for n in range(501))}, "more"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    login, alice, buy, changes, field, headers
):
    pa = buy("2026-02-20")
    response = login(alice).post(address(pa), form(pa, **changes), **headers)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in page(response)
    if field != "number":
        assert 'value="9200001"' in page(response)
    assert not Order.objects.exists()


@pytest.mark.parametrize("ordered_on", ["2026-02-20", "2026-03-02"])
def test_the_date_may_be_any_from_the_pas_to_today(login, alice, buy, ordered_on):
    pa = buy("2026-02-20")
    assert login(alice).post(address(pa), form(pa, ordered_on=ordered_on)).status_code == 302


@pytest.mark.parametrize("created_on", ["2026-01-30", "2025-12-31", "2025-01-02"])
def test_an_overdue_suspended_or_lapsed_pa_is_ordered_too(login, alice, buy, created_on):
    pa = buy(created_on)
    assert login(alice).post(address(pa), form(pa)).status_code == 302


def test_a_number_is_taken_once_for_each_reseller(login, alice, buy):
    first, second, client = buy(), buy(), login(alice)
    client.post(address(first), form(first, number="Ab 1"))
    response = client.post(address(second), form(second, number="aB  1"))
    assert response.status_code == 422 and "is recorded already" in page(response)


def test_the_same_form_sent_twice_records_once_and_leads_to_the_same_place(login, alice, buy):
    pa, client = buy(), login(alice)
    sent = form(pa)
    first, second = client.post(address(pa), sent), client.post(address(pa), sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] and Order.objects.count() == 1


def test_the_loser_of_two_orders_gets_a_clear_page(login, alice, buy):
    pa, client = buy(), login(alice)
    client.post(address(pa), form(pa))
    response = client.post(address(pa), form(pa, number="9200002"))
    assert response.status_code == 409
    assert f"No further order can be recorded for {pa.number}" in page(response)
    assert "is ordered" in page(client.get(address(pa)))
    assert Order.objects.count() == 1


def test_a_viewer_and_outsiders_record_nothing(login, bob, charlie, buy):
    pa = buy()
    assert login(bob).get(address(pa)).status_code == 403
    assert login(bob).post(address(pa), form(pa)).status_code == 403
    assert login(charlie).get(address(pa)).status_code == 404
    assert login(charlie).post(address(pa), form(pa)).status_code == 404
    assert PurchaseAuthorization.objects.get().order is None


# --- Correcting


@pytest.fixture
def ordered(login, alice, buy):
    """A PA whose order was recorded today."""
    pa = buy("2026-02-20")
    login(alice).post(address(pa), form(pa, number="92OOOO1", ordered_on="2026-02-25"))
    pa.refresh_from_db()
    return pa


def correction(pa) -> str:
    return f"{pa.customer.get_absolute_url()}orders/{pa.order_id}/correction/"


def seen_when_new() -> dict[str, str]:
    """Return what the form carries of the order as `ordered` made it."""
    return {
        "key": str(uuid.uuid4()),
        "seen_number": "92OOOO1",
        "seen_ordered_on": "2026-02-25",
    }


def carried(answer) -> dict[str, str]:
    """Return what the form in an answer carries of the order it shows."""
    found = re.findall(r'name="(seen_\w+)"\s+value="([^"]*)"', page(answer))
    assert len(found) == 2
    return dict(found)


def test_number_and_date_are_corrected_on_the_day_they_were_recorded(login, alice, ordered):
    client = login(alice)
    assert correction(ordered) in page(client.get(ordered.customer.get_absolute_url()))
    shown = page(client.get(correction(ordered)))
    assert 'value="92OOOO1"' in shown and 'value="2026-02-25"' in shown
    sent = seen_when_new() | {"number": "9200001", "ordered_on": "2026-03-01"}
    first, second = client.post(correction(ordered), sent), client.post(correction(ordered), sent)
    assert first.status_code == 302 and first["Location"] == second["Location"]
    order = Order.objects.get()
    assert (order.number, order.ordered_on) == ("9200001", dt.date(2026, 3, 1))


def test_from_the_next_day_on_ops_correct_it(login, alice, ordered, set_today):
    set_today("2026-03-03")
    client = login(alice)
    assert correction(ordered) not in page(client.get(ordered.customer.get_absolute_url()))
    assert "Ask ops to correct it" in page(client.get(correction(ordered)))
    sent = seen_when_new() | {"number": "9200001", "ordered_on": "2026-03-01"}
    assert client.post(correction(ordered), sent).status_code == 409


@pytest.mark.parametrize(
    ("theirs", "mine", "refused"),
    [
        # What was typed would undo their number unseen, or their date, or both.
        (("92-THEIRS", "2026-02-25"), ("9200001", "2026-02-25"), "number"),
        (("92OOOO1", "2026-02-27"), ("9200001", "2026-02-25"), "ordered_on"),
        (("92-THEIRS", "2026-02-27"), ("9200001", "2026-03-01"), "number"),
        # Both have typed the same.
        (("9200001", "2026-02-25"), ("9200001", "2026-02-25"), ""),
    ],
)
def test_a_correction_undoes_no_other_unseen(login, alice, ordered, theirs, mine, refused):
    client = login(alice)
    first, second = (
        seen_when_new() | dict(zip(("number", "ordered_on"), typed, strict=True))
        for typed in (theirs, mine)
    )
    assert client.post(correction(ordered), first).status_code == 302
    answer = client.post(correction(ordered), second)
    assert answer.status_code == (422 if refused else 302)
    assert (f'id="id_{refused}_error"' in page(answer)) == bool(refused)
    order = Order.objects.get()
    assert (order.number, f"{order.ordered_on}") == theirs
    if refused:
        # All that is stored is read, whichever of both was refused.
        assert (
            f"Changed to order {theirs[0]} of {long_date(dt.date.fromisoformat(theirs[1]))}"
            in page(answer)
        )
        assert client.post(correction(ordered), second | carried(answer)).status_code == 302
        order.refresh_from_db()
        assert (order.number, f"{order.ordered_on}") == mine


def test_a_form_that_is_shown_again_for_another_fault_has_seen_no_more(login, alice, ordered):
    client = login(alice)
    theirs = seen_when_new() | {"number": "92-THEIRS", "ordered_on": "2026-02-25"}
    assert client.post(correction(ordered), theirs).status_code == 302
    mine = seen_when_new() | {"number": "9200001", "ordered_on": "nonsense"}
    wrong = client.post(correction(ordered), mine)
    assert wrong.status_code == 422 and "Changed to" not in page(wrong)
    again = client.post(correction(ordered), mine | {"ordered_on": "2026-02-25"} | carried(wrong))
    assert again.status_code == 422 and "Changed to order 92-THEIRS" in page(again)


def test_a_form_that_says_nothing_of_what_it_showed_has_seen_nothing(login, alice, ordered):
    sent = {"key": str(uuid.uuid4()), "number": "9200001", "ordered_on": "2026-02-25"}
    answer = login(alice).post(correction(ordered), sent)
    assert answer.status_code == 422 and "Changed to order 92OOOO1" in page(answer)


def test_a_wrong_correction_is_said_at_its_field(login, alice, ordered):
    sent = seen_when_new() | {"number": "9200001", "ordered_on": "2026-02-19"}
    response = login(alice).post(correction(ordered), sent)
    assert response.status_code == 422 and 'id="id_ordered_on_error"' in page(response)


def test_orders_of_others_are_not_at_this_address(login, alice, bob, charlie, ordered, customer):
    assert login(bob).get(correction(ordered)).status_code == 403
    assert login(charlie).get(correction(ordered)).status_code == 404
    wrong = correction(ordered).replace(str(ordered.order_id), "999999999")
    assert login(alice).get(wrong).status_code == 404
