"""Lists as of another date: what was recorded by an earlier one, today's facts on a later one."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection
from django.utils.html import strip_tags

from authorizations.actions.order import record_order
from authorizations.models import PurchaseAuthorization
from customers.actions.manager import change_manager
from customers.models import Customer
from reseller_console.lib.earlier import SCHEMA, as_recorded_by, tell_day
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

# It is created on March 2, due on April 1 and ordered late, on April 10; today is May 20.
CREATED, LATE, ORDERED, TODAY = "2026-03-02", "2026-04-05", "2026-04-10", "2026-05-20"
LISTS = ("/customers/", "/orders/", "/renewals/", "/orders/history/")


@pytest.fixture
def story(customer, buy, alice, set_today):
    """Return a PA that was ordered late, some time ago."""
    authorization = buy(CREATED)
    set_today(ORDERED)
    day = day_of(customer)
    record_order([authorization], number="A-1", ordered_on=day.today, by=alice, day=day)
    set_today(TODAY)
    return authorization


def words(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def rail(client, path: str) -> dict[str, str]:
    text = client.get(path).content.decode()
    return dict(re.findall(r'>([^<>]+) <span class="count">([\d,+]+)</span></a>', text))


def test_an_earlier_evening_has_its_own_members_and_counts(login, alice, story):
    client = login(alice)
    for date, late, pending in ((CREATED, "0", "1"), (LATE, "1", "0"), (ORDERED, "0", "0")):
        counts = rail(client, f"/customers/?as_of={date}")
        assert (counts["Past Due Requests"], counts["Pending Requests"]) == (late, pending), date
        for query in ("show=past-due", "show=past-due&mine=1", "show=past-due&sort=-anniversary"):
            listed = (
                story.customer.vip_id
                in client.get(f"/customers/?{query}&as_of={date}").content.decode()
            )
            assert listed == (late == "1"), (date, query)
        overdue = words(client, f"/orders/?as_of={date}&show=overdue")
        assert (story.number in overdue) == (late == "1")
        assert (story.number in words(client, f"/orders/?as_of={date}")) == (date != ORDERED)
        assert ("A-1" in words(client, f"/orders/history/?as_of={date}")) == (date == ORDERED)
    assert rail(client, f"/customers/?as_of={LATE}&q=zz")["Past Due Requests"] == "1"


def test_a_later_day_has_todays_facts_under_that_calendar(login, alice, story):
    client = login(alice)
    assert rail(client, "/customers/?as_of=2027-02-20")["Ready for Renewal"] == "1"
    assert rail(client, "/renewals/?as_of=2027-02-20")["Ready for Renewal"] == "1"
    assert rail(client, "/customers/?as_of=2027-04-05")["No Products"] == "1"
    shown = words(client, "/customers/?show=ready&as_of=2027-02-20")
    assert "As of 20 February 2027: today's facts under that calendar. Read only." in shown.replace(
        "&#x27;", "'"
    )
    assert story.customer.name in shown


@each("path", LISTS)
def test_a_list_of_another_date_is_marked_and_offers_nothing_to_do(login, ada, story, path):
    client = login(ada)
    for date in (LATE, "2027-02-20"):
        page = client.get(f"{path}?as_of={date}").content.decode()
        assert "Read only." in page
        assert 'method="post"' not in page.partition("<main")[2]
        assert 'type="checkbox"' not in page
        verbs = re.findall(r'href="([^"]+/(?:order|new|renewal|notification|manager)/)"', page)
        assert verbs == []
        ways = re.findall(r'(?:href|hx-get)="(/(?:customers|orders|renewals)/[^"]*)"', page)
        onward = [way for way in ways if "?" in way or way.startswith("/customers/0")]
        back = [way for way in onward if f"as_of={date}" not in way]
        assert onward
        assert all(f"{path}?" in f"{way}?" for way in back), back


@each("path", LISTS)
@each("text", ["2026-13-01", "yesterday", "2027-05-21", "2025-12-31", "0001-01-01", "9999-12-31"])
def test_a_date_that_cannot_be_shown_is_told_beside_the_list_of_today(
    login, alice, story, path, text
):
    shown = words(login(alice), f"{path}?as_of={text}")
    assert "this is today." in shown
    assert "Read only." not in shown


def test_today_is_no_other_date(login, alice, story):
    assert "Read only." not in words(login(alice), f"/customers/?as_of={TODAY}")


def test_a_file_is_of_the_date_and_is_named_by_it(login, bob, story):
    client = login(bob)
    for path, held in (("customers", "customers"), ("orders", "orders-to-place")):
        response = client.get(f"/{path}/export.csv?as_of={LATE}")
        text = b"".join(response.streaming_content).decode()
        assert f'"{held}-as-of-{LATE}.csv"' in response["Content-Disposition"]
        assert story.customer.name in text
    rows = b"".join(client.get(f"/orders/export.csv?as_of={ORDERED}").streaming_content).decode()
    assert story.number not in rows


def test_the_details_page_keeps_the_date(login, alice, charlie, story):
    path = story.customer.get_absolute_url()
    client = login(alice)
    then = client.get(f"{path}?as_of={LATE}").content.decode()
    assert "Overdue" in then and "A-1" not in then and "Read only." in then
    assert "hx-get" not in then.partition("<main")[2].partition("</main>")[0]
    now = client.get(path).content.decode()
    assert "A-1" in now
    assert login(charlie).get(f"{path}?as_of={LATE}").status_code == 404


def test_whoever_managed_a_customer_then_has_it_as_their_own(login, alice, ada, story, set_today):
    change_manager([story.customer], to=ada, by=ada, day=day_of(story.customer))
    set_today("2026-05-25")
    path = f"/customers/?mine=1&as_of={LATE}"
    assert story.customer.vip_id in login(alice).get(path).content.decode()
    assert story.customer.vip_id not in login(ada).get(path).content.decode()


def test_nothing_is_written_while_an_earlier_day_is_read(story):
    with pytest.raises(DatabaseError), as_recorded_by(story.created_on):
        PurchaseAuthorization._base_manager.filter(pk=story.pk).update(po_number="X")
    assert Customer.objects.filter(pk=story.customer.pk).update(language="de") == 1


def test_several_changes_of_a_day_are_one_and_the_evening_counts(story, set_today):
    customer = Customer.objects.get(pk=story.customer.pk)
    rows = Customer.objects.filter(pk=customer.pk)
    for date, renewal in (
        ("2026-06-01", "2027-01-01"),
        ("2026-06-01", "2027-02-02"),
        ("2026-06-03", "2027-03-03"),
    ):
        tell_day(set_today(date))
        rows.update(renewal_on=renewal)
    for date, shown in (
        ("2026-05-31", str(customer.renewal_on)),
        ("2026-06-01", "2027-02-02"),
        ("2026-06-02", "2027-02-02"),
        ("2026-06-03", "2027-03-03"),
    ):
        with as_recorded_by(set_today(date)):
            assert str(rows.get().renewal_on) == shown, date


def test_a_view_has_every_column_of_its_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = %s",
            [SCHEMA],
        )
        views: dict[str, set[str]] = {}
        for name, column in cursor.fetchall():
            views.setdefault(name, set()).add(column)
        for name, columns in views.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s",
                [name],
            )
            assert columns == {column for (column,) in cursor.fetchall()}, name
    assert len(views) == 6
