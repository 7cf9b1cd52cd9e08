"""The demonstration asks the console's own statement about rows that are not stored."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest

from authorizations.models import DroppedRenewal, Order, OrderLine
from authorizations.rules import licenses
from reseller_console.demo.asking import Question, ask
from reseller_console.demo.books import Books

AD = dt.date(2026, 3, 10)
BOUGHT = dt.date(2025, 3, 10)


@pytest.fixture
def books(north, photoshop, pinned_today):
    return Books(north, north.day(), seed="asking", managers=[], vip_terms=[])


@pytest.fixture
def line(photoshop):
    """Return a function that makes an order line and its order, and stores neither."""
    ids = count(1)

    def made(quantity: int, on: dt.date, **more: object) -> OrderLine:
        return OrderLine(
            product=photoshop,
            pk=next(ids),
            order=Order(pk=next(ids), ordered_on=on, recorded_on=on),
            quantity=quantity,
            starts_on=on,
            **({"counts_to": AD, "usable_until_on": AD + dt.timedelta(days=30)} | more),
        )

    return made


def renewing(line, quantity: int, on: dt.date, **more: object) -> OrderLine:
    end = dt.date(2027, 3, 10)
    return line(quantity, on, renews_on=AD, counts_to=end, usable_until_on=end, **more)


def question(*lines, returned=None, dropped=()):
    return Question.of(AD, lines, returned=returned or {}, dropped=dropped)


def test_what_was_bought_less_returned_less_renewed_less_dropped_is_left(books, line, photoshop):
    bought = line(10, BOUGHT)
    some = renewing(line, 3, AD - dt.timedelta(days=5))
    all_of_it = renewing(line, 8, AD - dt.timedelta(days=5))
    late = renewing(line, 8, AD + dt.timedelta(days=4))
    completing = renewing(line, 1, AD - dt.timedelta(days=5))
    rest = DroppedRenewal(order=completing.order, product=photoshop, anniversary_on=AD, quantity=7)
    returned = {bought: 2}
    questions = [
        *(
            question(bought, *more, returned=returned)
            for more in ((), (some,), (all_of_it,), (late,))
        ),
        question(bought, completing, returned=returned, dropped=[rest]),
        question(),
        # Everything of the completing order went back: what it dropped is to renew again.
        question(bought, completing, returned=returned | {completing: 1}, dropped=[rest]),
    ]
    answers = ask(books, questions)
    left = [answer.lines.get(photoshop, 0) for answer in answers]
    assert left == [8, 5, 0, 0, 0, 0, 8]
    by_itself = AD + dt.timedelta(days=31)
    moves = [answer.rolls_on for answer in answers]
    assert moves == [
        *(by_itself, by_itself, AD, AD + dt.timedelta(days=4), AD),
        *(by_itself, by_itself),
    ]
    assert answers[0].rest.usable_until_on == AD + dt.timedelta(days=30)


def test_another_rule_gives_another_answer(books, line, photoshop, monkeypatch):
    """There is no second text of it."""
    other = licenses._REST.replace("renewable - renewed", "renewable - 1")
    monkeypatch.setattr(licenses, "_REST", other)
    asked = question(line(10, BOUGHT), renewing(line, 8, AD))
    assert ask(books, [asked])[0].lines == {photoshop: 9}
