"""What is expected of customers: their facts and the rules about them, in plain Python.

Nothing here asks the product. It is the same set of rules written a second time, day by day
and license by license instead of in SQL, so that a fault has to be made twice to go unseen. What
orders, renewals and returns leave behind is read by the naive model of a year (`tests.year`).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.year import days as on_day
from tests.year.edges import of_anniversaries, of_orders
from tests.year.events import Authorized, Cancelled, Event, Invited, Returned, Terms
from tests.year.facts import Facts
from tests.year.records import record

DAY = dt.timedelta(days=1)
CLOSES = 30 * DAY


@dataclass(frozen=True)
class DayCounts:
    """How many days a program gives."""

    due: int
    suspended: int
    upcoming: int
    returns: int = 14


def year_later(date: dt.date, day: int) -> dt.date:
    """Return the same month a year later, on that day or the month's last one."""
    last = calendar.monthrange(date.year + 1, date.month)[1]
    return dt.date(date.year + 1, date.month, min(day, last))


@dataclass
class Purchase:
    """A PA: what it was born with and what happened to it."""

    pk: int
    number: str
    wanted: dict[int, int]
    created_on: dt.date
    due_on: dt.date
    suspends_on: dt.date
    counts_to: dt.date
    requested: bool
    order: int | None = None
    returned: bool = False
    cancelled: bool = False

    @property
    def usable_until(self) -> dt.date:
        """The last day its licenses can be used, whatever its state."""
        return self.counts_to + CLOSES

    @property
    def lapses_on(self) -> dt.date:
        """The first day on which an unordered one is gone."""
        return max(self.suspends_on, self.usable_until) + DAY

    def state(self, today: dt.date) -> str:
        """Return its state on a day."""
        if self.order is not None:
            return "returned" if self.returned else "ordered"
        if self.cancelled:
            return "cancelled"
        if today >= self.lapses_on:
            return "lapsed"
        if today > self.suspends_on:
            return "suspended"
        return "overdue" if today > self.due_on else "pending"

    def is_open(self, today: dt.date) -> bool:
        """Return whether an order for it is awaited."""
        return self.state(today) in ("pending", "overdue", "suspended")

    def usable(self, today: dt.date) -> bool:
        """Return whether its licenses work on a day."""
        return self.state(today) in ("pending", "overdue", "ordered") and today <= self.usable_until

    def edges(self) -> Iterator[dt.date]:
        """Yield the days on which something about it changes."""
        yield from (self.due_on, self.due_on + DAY, self.suspends_on + DAY, self.lapses_on)
        yield from (self.usable_until, self.usable_until + DAY)


@dataclass
class Holder:
    """Somebody in the line for a product."""

    assignment: int
    address: str


@dataclass
class SecretLink:
    """A link that was sent: to the contact (`address` blank) or to a further admin."""

    row: int
    token: str
    expires_on: dt.date
    address: str = ""
    used: bool = False
    dead: bool = False
    of_today: bool = True


@dataclass
class Organization:
    """A customer: what happened to it, and what follows from that on a day."""

    pk: int
    vip_id: str
    name: str
    contact: str
    invited_on: dt.date
    counts: DayCounts
    custom: dt.date | None = None
    facts: Facts = field(init=False)
    anniversary: dt.date | None = field(init=False)
    withdrawn: bool = False
    accepted: bool = False
    accepted_versions: set[int] = field(default_factory=set)
    purchases: list[Purchase] = field(default_factory=list)
    returned: list[tuple[str, dt.date]] = field(default_factory=list)
    lines: dict[int, list[Holder]] = field(default_factory=dict)
    given: list[tuple[int, Holder]] = field(default_factory=list)
    admins: dict[str, int] = field(default_factory=dict)
    former_admins: list[int] = field(default_factory=list)
    links: list[SecretLink] = field(default_factory=list)

    def __post_init__(self) -> None:
        terms = Terms(
            dt.date.min,
            due=self.counts.due,
            suspended=self.counts.suspended,
            upcoming=self.counts.upcoming,
            returns=self.counts.returns,
        )
        self.facts = Facts([terms], frozenset())
        self.note(Invited(self.invited_on, self.custom))

    def note(self, event: Event) -> None:
        """Write down what happened, and what follows from it on that day."""
        record(self.facts, event)
        self.live(event.on)

    def live(self, today: dt.date) -> None:
        """Let the day come: the anniversary date moves on, and licenses that are gone are."""
        self.anniversary = on_day.shown_anniversary(self.facts, today)
        for product, line in self.lines.items():
            del line[self.owned(product, today) :]

    def buy(self, purchase: Purchase) -> None:
        """Note a new PA; the first one sets the anniversary date."""
        self.purchases.append(purchase)
        wanted = {str(product): number for product, number in purchase.wanted.items()}
        self.note(Authorized(purchase.created_on, purchase.number, wanted))

    def cancel(self, purchase: Purchase, today: dt.date) -> None:
        """Note a cancelled PA; in the first term the last one takes the anniversary date along."""
        purchase.cancelled = True
        self.note(Cancelled(today, purchase.number))

    def give_back(self, event: Returned) -> None:
        """Note licenses that went back; a PA of which nothing is kept is returned."""
        self.note(event)
        for one in self.purchases:
            paid = self.facts.authorizations.get(one.number)
            one.returned = (
                paid is not None and on_day.state(self.facts, paid, event.on) == "returned"
            )

    def usable(self, product: int, today: dt.date) -> int:
        """Return how many licenses of a product work on a day."""
        return on_day.usable(self.facts, today).get(str(product), 0)

    def suspended(self, product: int, today: dt.date) -> int:
        """Return how many wait for an order."""
        return on_day.suspended(self.facts, today).get(str(product), 0)

    def owned(self, product: int, today: dt.date) -> int:
        """Return how many people can hold one."""
        return self.usable(product, today) + self.suspended(product, today)

    def held(self, product: int) -> list[Holder]:
        """Return the line of people for a product."""
        return self.lines.setdefault(product, [])

    def awaiting(self, product: int, today: dt.date) -> int:
        """Return how many of those that work are still to be ordered."""
        rows = [one for one in self.purchases if one.is_open(today) and one.usable(today)]
        return sum(one.wanted.get(product, 0) for one in rows)

    def states(self, today: dt.date) -> Counter[str]:
        """Return how many PAs are in each state."""
        return Counter(one.state(today) for one in self.purchases)

    def is_late(self, today: dt.date) -> bool:
        """Return whether a PA is past due, so that no new one can be made."""
        states = self.states(today)
        return bool(states["overdue"] or states["suspended"])

    def has_products(self, today: dt.date) -> bool:
        """Return whether there is an open PA or a license."""
        return on_day.has_products(self.facts, today)

    def renewable(self) -> dict[int, int]:
        """Return what is left to renew of the term in force, by product."""
        if self.anniversary is None:
            return {}
        left = on_day.left(self.facts, self.anniversary)
        return {int(product): number for product, number in left.items()}

    def rail(self, today: dt.date) -> set[str]:
        """Return the filters of the left rail it is in."""
        return {"", *on_day.filters(self.facts, today)}

    def end_link(self, today: dt.date) -> None:
        """Note that the contact's link went to an address that was wrong."""
        for link in self.links:
            if not link.address and not link.used:
                link.expires_on = min(link.expires_on, today - DAY)

    def invitation(self, today: dt.date) -> str:
        """Return how far the contact has come."""
        if self.withdrawn:
            return "withdrawn"
        if self.accepted:
            return "accepted"
        newest = [link for link in self.links if not link.address][-1]
        return "expired" if newest.expires_on < today else "invited"

    def edges(self, today: dt.date) -> Iterator[dt.date]:
        """Yield the days on which something changes by itself."""
        for purchase in self.purchases:
            yield from purchase.edges()
        yield from of_orders(self.facts)
        yield from of_anniversaries(self.facts, today)
        if self.anniversary is not None:
            yield self.anniversary + CLOSES
        yield from (link.expires_on + DAY for link in self.links if not link.used)
