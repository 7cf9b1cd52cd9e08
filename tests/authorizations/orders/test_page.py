"""An order's own page: its facts, lines and returns, for the reseller's people alone."""

from __future__ import annotations

import re

import pytest

from authorizations.actions.placing import Direct
from tests.authorizations.pages import page, section, words
from tests.test_query_counts import statements

pytestmark = pytest.mark.django_db


def test_it_says_what_was_bought_for_whom_and_until_when(
    login, alice, customer, make_customer, buy, order, photoshop, acrobat
):
    other = make_customer(name="Other Org")
    pa = buy(quantity=1_500)
    made = order(pa, direct=[Direct(other, [(acrobat, 9)])], number="4711")
    response = login(alice).get(made.get_absolute_url())
    facts = section(response, "Order")
    assert "Order date 2 March 2026" in facts and "by Alice Adams" in facts
    assert "Licenses 1,509" in facts and "until 16 March 2026" in facts
    lines = section(response, "What it bought")
    assert f"Tähe Keemia OÜ {customer.vip_id} Test Photoshop 1,500 – {pa.number}" in lines
    assert f"Other Org {other.vip_id} Test Acrobat 9 – Direct" in lines
    assert "2 Mar 2026 to 1 Mar 2027" in lines
    assert section(response, "Returns") == ""


def test_returns_are_named_with_number_date_and_person(login, alice, direct, give_back):
    made = direct(5)
    give_back(made, 2, number="RMA-77")
    response = login(alice).get(made.get_absolute_url())
    assert "RMA-77 2 Mar 2026 Alice Adams Tähe Keemia OÜ Test Photoshop 2" in section(
        response, "Returns"
    )
    assert "2 of 5" in section(response, "Order")


def test_what_can_still_be_done_is_linked(login, alice, bob, customer, direct, set_today):
    made = direct()
    base = f"{customer.get_absolute_url()}orders/{made.pk}/"
    shown = page(login(alice).get(made.get_absolute_url()))
    assert f'href="{base}return/"' in shown and f'href="{base}correction/"' in shown
    viewed = page(login(bob).get(made.get_absolute_url()))
    assert "return/" not in viewed and "correction/" not in viewed
    set_today("2026-03-17")
    later = login(alice).get(made.get_absolute_url())
    assert "The return window is closed: its licenses stay" in words(later)
    assert "return/" not in page(later) and "correction/" not in page(later)


def test_lines_are_paged_without_a_gap(login, alice, make_customer, order, photoshop):
    customers = [make_customer(name=f"Buyer {n:02}") for n in range(45)]
    made = order(direct=[Direct(one, [(photoshop, 1)]) for one in customers])
    client = login(alice)
    first = page(client.get(made.get_absolute_url()))
    older = re.search(r'href="([^"#]+\?lines=[^"#]+)#lines"', first)[1]
    rest = page(client.get(older, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="lines"))
    names = [re.findall(r">(Buyer \d\d)</a>", shown) for shown in (first, rest)]
    assert names[0] + names[1] == [one.name for one in customers]


def test_nobody_sees_an_order_of_another_reseller(login, charlie, direct):
    assert login(charlie).get(direct().get_absolute_url()).status_code == 404


def test_the_page_sends_as_many_statements_for_forty_lines(
    login, alice, make_customer, order, photoshop
):
    client = login(alice)
    few = order(direct=[Direct(make_customer(), [(photoshop, 1)])])
    many = order(direct=[Direct(make_customer(), [(photoshop, 1)]) for _ in range(40)])
    sent = [statements(client, one.get_absolute_url()) for one in (few, many)]
    assert [len(one) for one in sent] == [5, 5], sent
