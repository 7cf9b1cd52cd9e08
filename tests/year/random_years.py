"""Random years of a customer, numbered: the same number is always the same year.

Every event is one that the naive model accepts, and most fall on a day on which something changes
or on the day before. Consumables are ordered directly and never renewed; orders are never dated
before the invitation.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from tests.year import days as on_day
from tests.year.days import days
from tests.year.edges import ONE, edges_of
from tests.year.events import (
    Authorized,
    Cancelled,
    Event,
    Invited,
    Key,
    Ordered,
    Renewed,
    Resent,
    Returned,
    Terms,
    Withdrawn,
)
from tests.year.facts import Authorization, Facts, Order, months_end_at
from tests.year.naive import Year

PRODUCTS = ("A", "B", "C")
CONSUMABLES = frozenset({"S"})
LASTS = timedelta(days=1100)
EVENTS = 40
TRIES = 12  # per day, before it stays empty
# Days whose anniversary dates or windows are awkward.
AWKWARD = (date(2024, 2, 29), date(2023, 3, 1), date(2023, 8, 31), date(2024, 1, 31))
DEFAULT = Terms(date(2010, 1, 1))
FOURTEEN = Terms(date(2010, 1, 1), due=14, suspended=44, upcoming=15)


def random_year(number: int) -> Year:
    """Return the random year of this number."""
    return Writer(number).write()


def random_years(count: int, first: int = 1) -> Iterator[tuple[int, Year]]:
    """Yield so many random years with their numbers."""
    for number in range(first, first + count):
        yield number, random_year(number)


def years_of_one_program(number: int, count: int) -> list[Writer]:
    """Return so many years under the same terms, written, with what was tried in them.

    They begin within some weeks of each other, so that one day is of interest to many.
    """
    rng = random.Random(f"program {number}")  # noqa: S311 - nothing here is secret
    begins = rng.choice([*AWKWARD, date(2023, 1, 1) + days(rng.randrange(1000))])
    terms = some_terms(rng, begins)
    writers = []
    for one in range(count):
        on = begins + days(rng.choice([0, 0, rng.randrange(60)]))
        writers.append(Writer(f"{number}, {one}", on, terms))
        writers[-1].write()
    return writers


def some_terms(rng: random.Random, begins: date) -> list[Terms]:
    """Return a program's terms: one row, or a second one that begins within two years."""
    first = rng.choice([DEFAULT, DEFAULT, DEFAULT, FOURTEEN])
    if rng.random() < 0.7:
        return [first]
    due = rng.choice([7, 14, 30, 45])
    windows_too = rng.random() < 0.3
    return [
        first,
        Terms(
            begins + days(rng.randint(1, 700)),
            due=due,
            suspended=2 * due + rng.choice([0, 16]),
            opens=rng.choice([20, 45]) if windows_too else first.opens,
            closes=rng.choice([10, 45]) if windows_too else first.closes,
            upcoming=rng.choice([15, 59]),
            returns=rng.choice([7, 14, 30]),
        ),
    ]


class Writer:
    """Writes one year, day by day; `tried` are events that were refused, with the code why."""

    def __init__(
        self, seed: int | str, begins: date | None = None, terms: list[Terms] | None = None
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - nothing here is secret
        some_day = date(2023, 1, 1) + days(self.rng.randrange(1000))
        some_begin = self.rng.choice([*AWKWARD, some_day, some_day, some_day, some_day])
        self.begins = begins or some_begin
        self.day = self.begins
        self.year = Year([], terms or some_terms(self.rng, self.begins), CONSUMABLES)
        self.tried: list[tuple[int, Event, str]] = []  # after so many events
        self.named = 0
        # In some years most of what was bought is taken back at once, and there is nothing left.
        hesitates = self.rng.random() < 0.3
        # What may happen, with how often it is tried.
        self.kinds = {
            self.authorize: 6,
            self.order: 7,
            self.order_directly: 2,
            self.renew: 14,
            self.give_back: 60 if hesitates else 9,
            self.cancel: 60 if hesitates else 4,
            self.withdraw: 4,
            self.resend: 6,
        }

    def write(self) -> Year:
        """Return the year, once nothing more happens in it."""
        self.year.events.append(Invited(self.begins, self.some_custom_date()))
        while self.day <= self.begins + LASTS and len(self.year.events) < EVENTS:
            self.let_something_happen()
            self.day = self.next_day()
        return self.year

    def let_something_happen(self) -> None:
        """Add an event that may happen today, if one is found soon."""
        for _ in range(TRIES):
            kind = self.rng.choices(list(self.kinds), list(self.kinds.values()))[0]
            event = kind(self.year.facts(self.day))
            if event is None:
                continue
            code = self.year.refusal(event)
            if code is None:
                self.year.events.append(event)
                return
            self.tried.append((len(self.year.events), event, code))

    def next_day(self) -> date:
        """Return today again, a day on which something changes or the one before, or any."""
        found = edges_of(self.year.facts(self.day), self.day)
        ahead = sorted({near for edge in found for near in (edge - ONE, edge) if near > self.day})
        chance = self.rng.random()
        if chance < 0.25:
            return self.day
        if chance < 0.85 and ahead:
            return self.rng.choice(ahead[:4])
        return self.day + days(self.rng.randint(1, 40))

    # What a year begins with.

    def some_custom_date(self) -> date | None:
        """Return a custom anniversary date within its bounds, or none."""
        if self.rng.random() < 0.7:
            return None
        begins = self.begins
        earliest = months_end_at(begins.year + 1, begins.month, begins.day) + ONE
        latest = months_end_at(begins.year + 3, begins.month, begins.day)
        leap_day = date(2024, 2, 29)
        if earliest <= leap_day <= latest and self.rng.random() < 0.3:
            return leap_day
        return earliest + days(self.rng.randint(0, (latest - earliest).days))

    # What may happen. None: not today.

    def authorize(self, facts: Facts) -> Event | None:
        """Return a PA."""
        return Authorized(self.day, self.name("P"), self.some_lines(PRODUCTS))

    def cancel(self, facts: Facts) -> Event | None:
        """Return the cancellation of a PA."""
        unpaid = self.unpaid(facts)
        return Cancelled(self.day, self.rng.choice(unpaid).name) if unpaid else None

    def order(self, facts: Facts) -> Event | None:
        """Return an order for some PAs, at times with lines of its own."""
        unpaid = self.unpaid(facts)
        if not unpaid:
            return None
        covered = self.rng.sample(unpaid, self.rng.randint(1, len(unpaid)))
        dated = self.some_date_since(max(pa.on for pa in covered), facts)
        names = tuple(pa.name for pa in covered)
        direct = self.some_lines((*PRODUCTS, "S")) if self.rng.random() < 0.2 else {}
        return Ordered(self.day, dated, self.name("O"), names, direct)

    def order_directly(self, facts: Facts) -> Event | None:
        """Return an order without a PA."""
        dated = self.some_date_since(self.begins, facts)
        lines = self.some_lines((*PRODUCTS, "S"))
        return Ordered(self.day, dated, self.name("O"), direct=lines)

    def renew(self, facts: Facts) -> Event | None:
        """Return a renewal order: of all, of a part, of more, or of other products."""
        dated = self.some_date_since(self.begins, facts)
        anniversaries = [found for found in on_day.to_renew_at(facts) if abs(found - dated) < LASTS]
        near = sorted(anniversaries, key=lambda found: abs(found - dated))
        left = on_day.left(facts, near[0]) if near else {}
        manner = self.rng.choice(["all", "all", "part", "more", "other"])
        if manner == "other" or not left:
            lines = self.some_lines(PRODUCTS)
        else:
            lines = {product: self.about(number, manner) for product, number in left.items()}
            if manner == "part":
                kept = self.rng.sample(sorted(lines), self.rng.randint(1, len(lines)))
                lines = {product: lines[product] for product in kept}
        completes = self.rng.random() < 0.35
        return Renewed(self.day, dated, self.name("R"), lines, completes)

    def give_back(self, facts: Facts) -> Event | None:
        """Return the return of an order, whole or of some of its licenses."""
        orders = [order for order in facts.orders.values() if order.returnable_until >= self.day]
        if not orders:
            return None
        order = self.rng.choice(orders)
        lines = None if self.rng.random() < 0.5 else self.some_of(order)
        return Returned(self.day, order.name, lines)

    def withdraw(self, facts: Facts) -> Event | None:
        """Return the withdrawal of the invitation."""
        return None if facts.withdrawn else Withdrawn(self.day)

    def resend(self, facts: Facts) -> Event | None:
        """Return the revival of a withdrawn invitation."""
        return Resent(self.day) if facts.withdrawn else None

    # Their parts.

    def name(self, prefix: str) -> str:
        """Return a name nothing else in this year has."""
        self.named += 1
        return f"{prefix}{self.named}"

    def unpaid(self, facts: Facts) -> list[Authorization]:
        """Return the PAs that may still be ordered."""
        return [pa for pa in facts.authorizations.values() if pa.order is None and not pa.cancelled]

    def some_lines(self, products: tuple[str, ...]) -> dict[str, int]:
        """Return one to three products with licenses."""
        chosen = self.rng.sample(products, self.rng.randint(1, 3))
        return {product: self.rng.randint(1, 6) for product in chosen}

    def about(self, number: int, manner: str) -> int:
        """Return how many licenses of a product a renewal of this manner takes."""
        if manner == "part":
            return self.rng.randint(1, number)
        return number + (self.rng.randint(1, 4) if manner == "more" else 0)

    def some_of(self, order: Order) -> dict[Key, int]:
        """Return some licenses of an order, or one too many if none are left."""
        lines = [line for line in order.lines if line.kept] or order.lines
        chosen = self.rng.sample(lines, self.rng.randint(1, len(lines)))
        return {
            (line.authorization, line.product): self.rng.randint(1, max(1, line.kept))
            for line in chosen
        }

    def some_date_since(self, first: date, facts: Facts) -> date:
        """Return the date of an order recorded today: mostly today, else one typed late."""
        if self.rng.random() < 0.65 or first >= self.day:
            return self.day
        found = edges_of(facts, self.day) - {self.day}
        behind = sorted({near for edge in found for near in (edge - ONE, edge)})
        behind = [day for day in behind if first <= day <= self.day]
        if behind and self.rng.random() < 0.6:
            return self.rng.choice(behind[-8:])
        return max(first, self.day - days(self.rng.randint(1, 60)))
