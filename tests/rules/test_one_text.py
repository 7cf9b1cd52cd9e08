"""Each rule stands in one place: changed there, every screen, count, file, email and night follows.

Each test puts another rule into the one place where it stands and looks at everything that tells
of it. An answer that had the rule a second time would stay as it was.
"""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.licenses.owned import product_rows
from authorizations.licenses.queue import queues_of
from authorizations.rules import licenses
from authorizations.rules.past_due import blocking_authorizations
from authorizations.rules.status import BEGINS, Status
from reseller_console.tenancy.models import ProgramTerms, Window
from tests.rules.pages import OPEN
from tests.rules.reading import rows, section, text_of
from tests.rules.telling import exported, in_admin, in_calendar, in_filter, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_kept_from_other_rules")]

# A PA of this day is due on 1 March and Overdue from 2 March, Suspended from 1 April.
BOUGHT = "2026-01-30"
LATE = dt.date(2026, 3, 2)
STOPPED = dt.date(2026, 4, 1)
# What was ordered then counts to this anniversary date.
AD = dt.date(2027, 1, 30)


@pytest.fixture
def move(monkeypatch):
    """Return a function that lets a state of PAs begin some days later than by the rules."""

    def moved(state: Status, days: int) -> None:
        edge = BEGINS[state]
        # Everybody shares the one edge; it is frozen to the product, not to this test.
        monkeypatch.setitem(edge.__dict__, "days", edge.days + days)

    return moved


@pytest.mark.parametrize("later", [0, 1])
def test_overdue(customer, alice, ops, north, buy, look, login, set_today, move, later):
    move(Status.OVERDUE, later)
    pa = buy(customer, BOUGHT)
    late = not later
    answers = {
        "list and count": in_filter(look, "past-due", LATE),
        "not pending": not in_filter(look, "pending", LATE),
        "file": exported(login, alice, set_today, "Past Due Requests", LATE) == "yes",
        "admin of customers": in_admin(look, ops, "show=past-due", LATE),
        "admin of PAs": in_admin(look, ops, "status=overdue", LATE, "purchaseauthorization"),
        "details": rows(section(look(customer.get_absolute_url(), LATE), OPEN))[0]["Status"]
        == "Overdue",
        "calendar": in_calendar(alice, "Past due", LATE),
        "block": bool(blocking_authorizations(customer, today=LATE)),
        "worklist": "Overdue" in text_of(look("/orders/?show=overdue", LATE).find(".//table")),
    }
    assert answers == dict.fromkeys(answers, late)
    assert told(north, "pa_overdue", LATE) == [late, late]
    assert pa.past_due_since == LATE + dt.timedelta(days=later)


@pytest.mark.parametrize("later", [0, 1])
def test_suspended(customer, ops, north, buy, look, photoshop, move, later):
    move(Status.SUSPENDED, later)
    pa = buy(customer, BOUGHT)
    stopped = not later
    day = north.day(STOPPED)
    [row] = product_rows(customer, day=day)
    line = queues_of(customer, day=day)[photoshop.pk]
    details = look(customer.get_absolute_url(), STOPPED)
    answers = {
        "products": row.suspended == 5,
        "queue": line.usable == 0,
        "calendar": in_calendar(customer.managed_by, "Licenses stop", STOPPED),
        "details": rows(section(details, OPEN))[0]["Status"] == "Suspended",
        "products of the page": rows(section(details, "Products"))[0]["Suspended"] == "5",
        "admin": in_admin(look, ops, "status=suspended", STOPPED, "purchaseauthorization"),
        "worklist": "Suspended"
        in text_of(look("/orders/?show=suspended", STOPPED).find(".//table")),
    }
    assert answers == dict.fromkeys(answers, stopped)
    assert told(north, "pa_suspended", STOPPED) == [stopped, stopped]
    assert pa.stops_on == STOPPED + dt.timedelta(days=later)


@pytest.mark.parametrize("less", [0, 5])
def test_left_to_renew(
    customer, alice, ops, north, buy, order, look, login, set_today, monkeypatch, less
):
    monkeypatch.setattr(
        licenses, "_REST", licenses._REST.replace("renewable - renewed", f"renewable - {less}")
    )
    order(buy(customer, BOUGHT), on=BOUGHT)
    left = not less
    soon, open_on = AD - dt.timedelta(days=60), AD - dt.timedelta(days=30)
    details = look(customer.get_absolute_url(), LATE)
    answers = {
        "products of the page": rows(section(details, "Products"))[0]["To renew"] == "5",
        "upcoming": in_filter(look, "upcoming", soon),
        "ready": in_filter(look, "ready", AD),
        "file": exported(login, alice, set_today, "Ready for Renewal", AD) == "yes",
        "admin": in_admin(look, ops, "show=ready", AD),
        "calendar": in_calendar(alice, "Last day to renew", AD + dt.timedelta(days=30)),
    }
    assert answers == dict.fromkeys(answers, left)
    assert told(north, "renewal_opens", open_on) == [left, left]


@pytest.mark.parametrize("opens", [30, 29])
def test_the_renewal_window(
    customer, alice, ops, north, buy, order, look, login, set_today, monkeypatch, opens
):
    monkeypatch.setattr(ProgramTerms, "renewal_window", property(lambda terms: Window(-opens, 30)))
    order(buy(customer, BOUGHT), on=BOUGHT)
    on = AD - dt.timedelta(days=30)
    ready = opens == 30
    answers = {
        "ready": in_filter(look, "ready", on),
        "not upcoming": not in_filter(look, "upcoming", on),
        "file": exported(login, alice, set_today, "Ready for Renewal", on) == "yes",
        "admin": in_admin(look, ops, "show=ready", on),
        "calendar": in_calendar(alice, "Renewal window opens", on),
    }
    assert answers == dict.fromkeys(answers, ready)
    assert told(north, "renewal_opens", on) == [ready, ready]
