"""Orders on a customer's page: the section, and the history's way to a return."""

from __future__ import annotations

import re

import pytest

from authorizations.actions.placing import Direct
from tests.authorizations.pages import page, section, words
from tests.test_query_counts import statements

pytestmark = pytest.mark.django_db


def hrefs(response) -> list[str]:
    return re.findall(r'href="([^"]+)"', page(response))


def test_every_kind_of_order_says_what_it_was_for(
    login, alice, customer, buy, order, direct, renewal
):
    direct(4, on="2025-03-10", number="D-1")
    pa = buy("2026-02-20", quantity=2)
    order(pa, number="P-1", on="2026-02-21")
    renewal(3, on="2026-03-01", number="R-1")
    shown = section(login(alice).get(customer.get_absolute_url()), "Orders")
    assert re.search(r"R-1 1 Mar 2026 Renewal of 10 Mar 2026 3 × Test Photoshop", shown)
    assert "10 Mar 2026 to 9 Mar 2027" in shown
    assert re.search(rf"P-1 21 Feb 2026 {pa.number} 2 × Test Photoshop", shown)
    assert re.search(r"D-1 10 Mar 2025 Direct 4 × Test Photoshop 10 Mar 2025 to 9 Mar 2026", shown)
    assert shown.index("R-1") < shown.index("P-1") < shown.index("D-1")


def test_without_orders_there_is_no_section(login, alice, customer, buy):
    buy()
    assert section(login(alice).get(customer.get_absolute_url()), "Orders") == ""


def test_only_the_customers_own_lines_are_shown(
    login, alice, customer, make_customer, order, photoshop, acrobat
):
    other = make_customer()
    order(direct=[Direct(customer, [(photoshop, 5)]), Direct(other, [(acrobat, 9)])], number="1")
    shown = section(login(alice).get(customer.get_absolute_url()), "Orders")
    assert "5 × Test Photoshop" in shown and "Acrobat" not in shown


def test_returns_are_counted(login, alice, customer, direct, give_back):
    part, whole = direct(5), direct(2)
    give_back(part, 3)
    give_back(whole, 2)
    shown = section(login(alice).get(customer.get_absolute_url()), "Orders")
    assert "3 of 5" in shown and "All returned" in shown


def test_links_to_return_and_to_correct_stand_where_they_can_succeed(
    login, alice, bob, customer, direct
):
    today, late = direct(), direct(on="2026-02-10")
    base = f"{customer.get_absolute_url()}orders/"
    found = hrefs(login(alice).get(customer.get_absolute_url()))
    assert f"{base}{today.pk}/return/" in found and f"{base}{today.pk}/correction/" in found
    assert f"{base}{late.pk}/return/" not in found and f"{base}{late.pk}/correction/" not in found
    assert not [
        path for path in hrefs(login(bob).get(customer.get_absolute_url())) if "return" in path
    ]


def test_the_section_is_paged_without_a_gap(login, alice, customer, direct):
    made = [direct(1, number=f"N-{n:02}") for n in range(30)]
    client, base = login(alice), customer.get_absolute_url()
    seen, path = [], base
    while path:
        shown = page(client.get(path, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="orders"))
        seen += re.findall(r">(N-\d\d)</a>", shown)
        older = re.search(r'href="([^"#]+\?orders=[^"#]+)#orders"', shown)
        path = older[1] if older else ""
    assert seen == [order.number for order in reversed(made)]


def test_a_part_alone_brings_nothing_else(login, alice, customer, direct):
    direct()
    shown = page(
        login(alice).get(
            customer.get_absolute_url(), HTTP_HX_REQUEST="true", HTTP_HX_TARGET="orders"
        )
    )
    assert "Orders" in shown and "Activity" not in shown and "<html" not in shown


# --- The history of purchase authorizations


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-02-16", "Can be returned until 2 Mar 2026"),
        ("2026-02-15", "Could be returned until 1 Mar 2026"),
    ],
)
def test_an_ordered_pa_says_until_when_it_can_be_returned(
    login, alice, customer, buy, order, on, said
):
    made = order(buy("2026-02-10"), on=on)
    response = login(alice).get(customer.get_absolute_url())
    assert said in section(response, "License Authorization History")
    path = f"{customer.get_absolute_url()}orders/{made.pk}/return/"
    # The date and the X in the history, and the section of orders.
    assert hrefs(response).count(path) == (3 if said.startswith("Can") else 0)


def test_a_viewer_reads_the_date_and_has_no_link(login, bob, customer, buy, order):
    order(buy())
    response = login(bob).get(customer.get_absolute_url())
    assert "Can be returned until 16 Mar 2026" in section(response, "License Authorization History")
    assert not [path for path in hrefs(response) if path.endswith("/return/")]


def test_a_returned_pa_offers_nothing_more(login, alice, customer, buy, order, give_back):
    give_back(order(buy(quantity=2)), 2)
    response = login(alice).get(customer.get_absolute_url())
    assert "be returned until" not in section(response, "License Authorization History")
    assert not [path for path in hrefs(response) if path.endswith("/return/")]


def test_the_dialog_that_cannot_cancel_leads_to_the_return(login, alice, customer, buy, order):
    pa = buy()
    made = order(pa)
    response = login(alice).get(
        f"{customer.get_absolute_url()}authorizations/{pa.number}/cancellation/"
    )
    assert "is ordered" in words(response)
    assert f"{customer.get_absolute_url()}orders/{made.pk}/return/" in hrefs(response)


def test_five_and_fifty_orders_take_as_many_statements(login, alice, customer, direct):
    client = login(alice)
    counts = []
    for more in (5, 45):
        for _ in range(more):
            direct(1)
        counts.append(len(statements(client, customer.get_absolute_url())))
    assert counts == [12, 12]
