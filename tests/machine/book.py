"""What is expected of customers: their facts and the rules about them, in plain Python.

Nothing here asks the product. It is the same set of rules written a second time, day by day
and license by license instead of in SQL, so that a fault has to be made twice to go unseen.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

DAY = dt.timedelta(days=1)
CLOSES = 30 * DAY
OPENS = 30 * DAY


@dataclass(frozen=True)
class DayCounts:
    """How many days a program gives."""

    due: int
    suspended: int
    upcoming: int


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
    recorded_on: dt.date | None = None
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
            return "ordered"
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
        yield from (self.counts_to - OPENS, self.counts_to, self.usable_until)
        yield self.usable_until + DAY


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
    anniversary: dt.date | None = None
    anniversary_day: int = 0
    first_anniversary: dt.date | None = None
    withdrawn: bool = False
    accepted: bool = False
    accepted_versions: set[int] = field(default_factory=set)
    purchases: list[Purchase] = field(default_factory=list)
    lines: dict[int, list[Holder]] = field(default_factory=dict)
    given: list[tuple[int, Holder]] = field(default_factory=list)
    admins: dict[str, int] = field(default_factory=dict)
    former_admins: list[int] = field(default_factory=list)
    links: list[SecretLink] = field(default_factory=list)

    def live(self, today: dt.date) -> None:
        """Let the day come: the anniversary date moves on, and licenses that are gone are."""
        while self.anniversary is not None and today > self.anniversary + CLOSES:
            self.anniversary = year_later(self.anniversary, self.anniversary_day)
        for product, line in self.lines.items():
            del line[self.owned(product, today) :]

    def born(self, today: dt.date) -> tuple[dt.date, dt.date, dt.date]:
        """Return when a PA made today is due, suspended, and what it counts to."""
        due, late = self.counts.due, self.counts.suspended
        anniversary = self.anniversary
        if anniversary is None:
            return today + due * DAY, today + late * DAY, year_later(today, today.day)
        while anniversary <= today:
            anniversary = year_later(anniversary, self.anniversary_day)
        return today + due * DAY, today + late * DAY, anniversary

    def buy(self, purchase: Purchase) -> None:
        """Note a new PA; the first one sets the anniversary date."""
        self.purchases.append(purchase)
        if self.anniversary is None:
            self.anniversary = self.first_anniversary = purchase.counts_to
            self.anniversary_day = purchase.created_on.day

    def cancel(self, purchase: Purchase) -> None:
        """Note a cancelled PA; in the first term the last one takes the anniversary date along."""
        purchase.cancelled = True
        first = self.anniversary == self.first_anniversary
        if first and self.custom is None and all(one.cancelled for one in self.purchases):
            self.anniversary = self.first_anniversary = None

    def usable(self, product: int, today: dt.date) -> int:
        """Return how many licenses of a product work on a day."""
        return sum(one.wanted.get(product, 0) for one in self.purchases if one.usable(today))

    def suspended(self, product: int, today: dt.date) -> int:
        """Return how many wait for an order."""
        return sum(
            one.wanted.get(product, 0) for one in self.purchases if one.state(today) == "suspended"
        )

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
        return any(one.is_open(today) or one.usable(today) for one in self.purchases)

    def renewable(self) -> dict[int, int]:
        """Return what ends with the term in force, by product, and remember nothing of it."""
        found: Counter[int] = Counter()
        for one in self._paid_in_time():
            if one.counts_to == self.anniversary:
                found.update(one.wanted)
        return dict(found)

    def renewal_on(self, today: dt.date) -> dt.date | None:
        """Return the first date something is to be renewed at whose window is not over."""
        dates = [one.counts_to for one in self._paid_in_time() if today <= one.usable_until]
        return min(dates, default=None)

    def _paid_in_time(self) -> list[Purchase]:
        return [
            one
            for one in self.purchases
            if one.recorded_on is not None and one.recorded_on <= one.usable_until
        ]

    def rail(self, today: dt.date) -> set[str]:
        """Return the filters of the left rail it is in."""
        states = self.states(today)
        found = {""}
        if not self.withdrawn and not self.has_products(today):
            found.add("no-products")
        if states["pending"]:
            found.add("pending")
        if self.is_late(today):
            found.add("past-due")
        date = self.renewal_on(today)
        if date is not None and date - OPENS <= today:
            found.add("ready")
        elif date is not None and date - OPENS - self.counts.upcoming * DAY <= today:
            found.add("upcoming")
        return found

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

    def edges(self) -> Iterator[dt.date]:
        """Yield the days on which something changes by itself."""
        for purchase in self.purchases:
            yield from purchase.edges()
        if self.anniversary is not None:
            yield from (self.anniversary - OPENS, self.anniversary)
            yield from (self.anniversary + CLOSES, self.anniversary + CLOSES + DAY)
        yield from (link.expires_on + DAY for link in self.links if not link.used)
