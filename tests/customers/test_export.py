"""The list as a file: exactly the list on the screen, safe to open, however long."""

from __future__ import annotations

import csv
import io

import pytest

from customers.customer_list import export


def download(client, query=""):
    response = client.get(f"/customers/export.csv{query}")
    assert response.status_code == 200
    return response, b"".join(response.streaming_content).decode("utf-8")


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_file_opens_in_a_spreadsheet(login, alice, customer):
    response, text = download(login(alice))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="customers-2026-03-02.csv"'
    assert text.startswith("\ufeffVIP ID,Organization name,")
    assert text.endswith("\r\n")


def test_a_row_says_what_the_screen_says(login, alice, make_customer, pinned_today):
    made = make_customer(
        name="Acme, “Sons”", pending_until_on=pinned_today, anniversary_on=pinned_today
    )
    (row,) = rows_of(download(login(alice))[1])
    assert "Pending Requests: An order is awaited that is not due yet" in row.pop("Why")
    assert row == {
        "VIP ID": made.vip_id,
        "Organization name": "Acme, “Sons”",
        "Contact first name": "Vera",
        "Contact last name": "Vaher",
        "Contact email": made.contact_email,
        "Country": "EE",
        "Segment": "Commercial",
        "Type": "Team, Enterprise",
        "Anniversary date": "2026-03-02",
        "Managed by": "Alice Adams",
        "Invited on": "2026-03-02",
        "VIP Invitation status": "Invited",
        "Invitation mail": "",
        "No Products": "yes",
        "Pending Requests": "yes",
        "Past Due Requests": "no",
        "Upcoming Renewals": "no",
        "Ready for Renewal": "no",
    }


def test_filter_switch_search_and_sort_are_those_on_the_screen(
    login, ada, make_customer, pinned_today
):
    for number in range(6):
        make_customer(
            name=f"Acme {number}",
            pending_until_on=pinned_today if number != 1 else None,
            **({"managed_by": ada} if number != 2 else {}),
        )
    make_customer(name="Other", pending_until_on=pinned_today, managed_by=ada)
    _, text = download(login(ada), "?show=pending&mine=1&q=acme&sort=-name&after=x&page=last")
    names = [row["Organization name"] for row in rows_of(text)]
    assert names == ["Acme 5", "Acme 4", "Acme 3", "Acme 0"]


@pytest.mark.parametrize("sort", ["name", "-anniversary", "segment", "newest"])
def test_batches_meet_everybody_once(monkeypatch, login, alice, make_customer, sort, pinned_today):
    monkeypatch.setattr(export, "BATCH", 2)
    made = [
        make_customer(anniversary_on=pinned_today if number % 2 else None).vip_id
        for number in range(7)
    ]
    rows = rows_of(download(login(alice), f"?sort={sort}")[1])
    assert sorted(row["VIP ID"] for row in rows) == sorted(made)


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"])
def test_formulas_arrive_as_text(login, alice, make_customer, name):
    make_customer(name=name)
    (row,) = rows_of(download(login(alice))[1])
    assert row["Organization name"].startswith("'")


def test_viewers_may_export_and_others_get_only_their_own(login, bob, charlie, customer):
    assert len(rows_of(download(login(bob))[1])) == 1
    assert rows_of(download(login(charlie))[1]) == []


def test_an_empty_list_is_a_file_of_heads(login, alice):
    _, text = download(login(alice), "?show=ready")
    assert text.count("\r\n") == 1


def test_nonsense_exports_the_usual_list(login, alice, customer):
    assert len(rows_of(download(login(alice), "?show=x&sort=y&after=z&q=%00")[1])) == 1
