"""The renewal workbench: who is on it, in which order, and what it says of each."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from authorizations.models import PurchaseAuthorization
from authorizations.rules import rollup
from authorizations.workbench.forecast import Forecast
from authorizations.workbench.listing import Workbench
from authorizations.workbench.page import ROWS
from authorizations.workbench.screen import screen_of
from customers.models import Customer
from tests.counting import counted
from tests.each import each
from tests.rules.reading import text_of, tree_of

pytestmark = pytest.mark.django_db
PATH = "/renewals/"


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def tree(page):
    return tree_of(page.content.decode())


def names(page) -> list[str]:
    return [text_of(link) for link in tree(page).iterfind(".//a[@class='name']")]


# Today is 2 March 2026: the windows of 31 January to 1 April are open, those to 30 May open soon.
@each(
    ("anniversary", "shows"),
    [
        ("2026-01-30", []),
        ("2026-01-31", ["", "ready"]),
        ("2026-03-02", ["", "ready"]),
        ("2026-04-01", ["", "ready"]),
        ("2026-04-02", ["", "upcoming"]),
        ("2026-05-30", ["", "upcoming"]),
        ("2026-05-31", []),
    ],
)
def test_a_renewal_is_on_the_lists_of_its_days(login, alice, owner, anniversary, shows):
    Customer.objects.all().delete()
    owner(anniversary, name="Owner")
    client = login(alice)
    found = [slug for slug in ("", "ready", "upcoming") if names(client.get(f"{PATH}?show={slug}"))]
    assert found == shows


def test_the_window_that_closes_first_comes_first_by_the_week_of_its_last_day(login, alice, owner):
    for name, anniversary in (
        ("Later", "2026-04-20"),
        ("First", "2026-01-31"),
        ("Same week", "2026-02-05"),
        ("Next week", "2026-02-10"),
    ):
        owner(anniversary, name=name)
    page = login(alice).get(PATH)
    assert names(page) == ["First", "Same week", "Next week", "Later"]
    groups = [text_of(head) for head in tree(page).iterfind(".//tr[@class='group']/th")]
    # 31 January + 30 days is Monday, 2 March; 5 February + 30 is the 7th.
    assert groups[0] == "Window closes 2 Mar 2026 to 8 Mar 2026 2 customers, 20 licenses"
    assert groups[1] == "Window closes 9 Mar 2026 to 15 Mar 2026 1 customer, 10 licenses"


def test_a_row_says_what_is_renewed_and_what_is_left(login, alice, owner, renew):
    customer = owner("2026-03-20", 30, name="Partly")
    renew(customer, 12)
    said = text_of(tree(login(alice).get(PATH)).find(f".//tr[@id='renewal-{customer.vip_id}']"))
    assert "18 12 of 30 renewed 18 × Test Photoshop" in said
    assert "19 Apr 2026 anniversary 20 Mar 2026" in said
    assert "Alice Adams" in said
    renew(customer, 18)
    assert names(login(alice).get(PATH)) == []


def test_the_po_number_is_that_of_the_newest_pa_of_the_term(login, alice, owner, buy):
    customer = owner("2026-03-20", name="Owner")
    buy("2026-03-01", of=customer, po_number="PO-77")
    assert PurchaseAuthorization.objects.get().counts_to == d("2026-03-20")
    assert "PO-77" in login(alice).get(PATH).content.decode()


def test_another_resellers_renewals_are_not_seen(login, charlie, owner):
    owner("2026-03-20", name="Owner")
    page = login(charlie).get(PATH)
    assert names(page) == []
    assert "10 licenses" not in page.content.decode()


def test_managed_by_me_search_and_month_narrow_the_list(login, alice, ada, owner):
    owner("2026-03-20", name="Mine")
    owner("2026-03-21", name="Hers", by=ada)
    owner("2026-09-21", name="Autumn")
    client = login(alice)
    assert names(client.get(f"{PATH}?mine=1")) == ["Mine"]
    assert names(client.get(f"{PATH}?q=hers")) == ["Hers"]
    assert names(client.get(f"{PATH}?month=2026-09")) == ["Autumn"]
    assert names(client.get(f"{PATH}?month=2026-13")) == ["Mine", "Hers"]


def test_the_forecast_adds_up_licenses_by_month_and_follows_what_is_renewed(
    alice, north, owner, renew
):
    first = owner("2026-03-20", 30)
    owner("2026-03-25", 5)
    owner("2026-09-21", 7)
    day = north.day()

    def months():
        found = Forecast(alice, day, mine=False).months()
        return {m.first.month: (m.amount.customers, m.amount.licenses) for m in found}

    assert len(months()) == 12
    assert (months()[3], months()[9], months()[10]) == ((2, 35), (1, 7), (0, 0))
    renew(first, 12)
    assert months()[3] == (2, 23)
    renew(first, 18)
    assert months()[3] == (1, 5)
    # The term that was renewed comes up a year later: beyond the next twelve months.
    assert sum(licenses for _customers, licenses in months().values()) == 12


def test_a_window_that_closed_without_a_night_shows_the_next_term(
    login, alice, owner, renew, set_today
):
    customer = owner("2026-03-20", 30, name="Partly")
    renew(customer, 12)
    set_today("2027-02-20")
    page = login(alice).get(PATH)
    assert names(page) == ["Partly"]
    assert "12 12 × Test Photoshop" in text_of(tree(page).find(".//table"))


def test_the_files_hold_what_is_on_the_screen_a_line_a_product(login, alice, owner, renew, acrobat):
    renew(owner("2026-03-20", 30, name="Partly"), 12)
    owner("2026-03-25", 4, name="=Other", product=acrobat)
    client = login(alice)
    text = b"".join(client.get(f"{PATH}export.csv").streaming_content).decode("utf-8-sig")
    heads, *lines = [line.split(",") for line in text.splitlines()]
    told = [dict(zip(heads, line, strict=True)) for line in lines]
    assert [(row["Product"], row["Renewed"], row["To renew"]) for row in told] == [
        ("Test Photoshop", "12", "18"),
        ("Test Acrobat", "0", "4"),
    ]
    assert told[1]["Organization name"] == "'=Other"
    assert told[0]["Last day"] == "2026-04-19"
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get(f"{PATH}export.xlsx").streaming_content))
    )
    rows = list(book.active.iter_rows(values_only=True))
    assert list(rows[0]) == heads
    assert rows[1][heads.index("To renew")] == 18
    only = b"".join(client.get(f"{PATH}export.csv?q=partly").streaming_content)
    assert len(only.splitlines()) == 2


def test_the_page_costs_as_many_statements_with_3_customers_as_with_many(
    alice, north, make_customer, owner, photoshop
):
    for _ in range(3):
        owner("2026-03-20")
    day = north.day()

    def statements() -> int:
        with counted() as queries:
            screen = screen_of(Workbench(), alice, day)
            shown = [(row.left, row.left_in_words) for week in screen.weeks for row in week.rows]
        assert len(shown) == min(ROWS, Customer.objects.exclude(renewal_on=None).count())
        return len(queries)

    few = statements()
    for _ in range(60):
        owner("2026-03-21")
    rollup.refresh(north, day=day)
    assert statements() == few
    following = screen_of(Workbench(), alice, day).page.next
    assert following is not None
    assert len(screen_of(following, alice, day).page.rows) == 13


def test_what_came_of_the_renewal_is_not_asked_of_viewers(login, bob, owner):
    owner("2026-03-20", name="Owner")
    assert names(login(bob).get(PATH)) == ["Owner"]
