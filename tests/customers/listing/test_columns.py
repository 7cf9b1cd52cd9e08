"""A column is added in one place: every kind of value is written, on the page and in the file."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from customers.customer_list import columns, export, pages, screen, stencils
from customers.customer_list.columns import Column, Fact
from customers.customer_list.values import Values
from customers.invitations.status import InvitationStatus
from customers.models import Customer, Offering
from reseller_console.lib.lists import Stencil
from reseller_console.tenancy.models import Segment
from tests.customers.listing.reading import show
from tests.customers.test_export import download, rows_of
from tests.each import each

TALLINN = ZoneInfo("Europe/Tallinn")
INSTANT = dt.datetime(2026, 3, 2, 22, 30, 59, tzinfo=dt.UTC)


@each(
    ("value", "choices", "on_page", "in_file"),
    [
        ("Tallinn", None, "Tallinn", "Tallinn"),
        ("", None, "–", ""),
        (None, None, "–", ""),
        (0, None, "0", 0),
        (1, None, "1", 1),
        (12_345, None, "12,345", 12_345),
        (Decimal("1234.50"), None, "1,234.50", Decimal("1234.50")),
        (True, None, "yes", "yes"),
        (False, None, "no", "no"),
        (dt.date(2026, 3, 2), None, "2 Mar 2026", dt.date(2026, 3, 2)),
        (INSTANT, None, "3 Mar 2026, 00:30", dt.datetime.fromisoformat("2026-03-03 00:30")),
        ("COM", Segment, "Commercial", "Commercial"),
        ("XXX", Segment, "XXX", "XXX"),
        (None, Segment, "–", ""),
        ("withdrawn", InvitationStatus, "Withdrawn", "Withdrawn"),
        (["team", "enterprise"], Offering, "Team, Enterprise", "Team, Enterprise"),
        (["team", "other"], Offering, "Team, other", "Team, other"),
        ([], Offering, "–", ""),
        ([1, 2_000], None, "1, 2,000", "1, 2000"),
    ],
)
def test_every_kind_of_value_has_its_words(value, choices, on_page, in_file):
    values = Values(Fact("anything", "Anything", choices), TALLINN)
    assert (values.on_page(value), values.in_file(value)) == (on_page, in_file)


@pytest.fixture
def added(monkeypatch):
    """Add columns as an edit of `columns.py` does: the modules that read it see them."""

    def add(facts: list[Fact]) -> None:
        shown = [Column(fact.label, (fact.name,)) for fact in facts]
        every = (*columns.COLUMNS, *shown)
        named = {fact.name: fact for fact in (*columns.ON_PAGE, *facts)}
        names = ("pick", "create", "resend", *named)
        monkeypatch.setattr(stencils, "_ROW", Stencil("customers/row.html", columns=every))
        monkeypatch.setattr(stencils, "_PLACES", {name: n for n, name in enumerate(names)})
        for module in (stencils, pages):
            monkeypatch.setattr(module, "ON_PAGE", tuple(named.values()))
        monkeypatch.setattr(screen, "COLUMNS", every)
        monkeypatch.setattr(export, "_COLUMNS", (*export._COLUMNS, *facts))

    return add


def cell(html: str, label: str) -> str:
    """Return what the one cell under a head says."""
    (text,) = re.findall(rf'<td data-label="{re.escape(label)}">([^<]*)</td>', html)
    return unescape(text)


def test_every_field_of_a_customer_can_be_a_column(added, login, alice, customer):
    facts = [
        Fact(field.attname, f"Own {field.attname}") for field in Customer._meta.concrete_fields
    ]
    added(facts)
    html, (row,) = show(login(alice)), rows_of(download(login(alice))[1])
    told = {fact.name: (cell(html, fact.label), row[fact.label]) for fact in facts}
    assert told["country"] == ("EE", "EE")
    assert told["region"] == told["accepted_at"] == told["anniversary_day"] == ("–", "")
    assert told["offerings"] == ("team, enterprise", "team, enterprise")
    assert told["invited_on"] == ("2 Mar 2026", "2026-03-02")
    assert told["id"] == (f"{customer.pk:,}", str(customer.pk))


def test_states_lists_and_instants_are_written_in_the_default_cell(
    added, login, alice, make_customer
):
    made = make_customer(anniversary_on=dt.date(2026, 3, 1))
    Customer.objects.filter(pk=made.pk).update(withdrawn_at=INSTANT)
    added(
        [
            Fact("offerings", "Kinds", Offering),
            Fact("invitation_state", "Stand", InvitationStatus),
            Fact("anniversary_day", "Original day"),
            Fact("has_admin", "Admin"),
            Fact("withdrawn_at", "Withdrawn at"),
        ]
    )
    html, (row,) = show(login(alice)), rows_of(download(login(alice))[1])
    told = {label: (cell(html, label), row[label]) for label in ("Kinds", "Stand", "Original day")}
    assert told == {
        "Kinds": ("Team, Enterprise", "Team, Enterprise"),
        "Stand": ("Withdrawn", "Withdrawn"),
        "Original day": ("1", "1"),
    }
    assert (cell(html, "Admin"), row["Admin"]) == ("no", "no")
    at = (cell(html, "Withdrawn at"), row["Withdrawn at"])
    assert at == ("3 Mar 2026, 00:30", "2026-03-03 00:30")
