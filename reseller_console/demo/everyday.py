"""Ordinary customers: invited some day, buying now and then, renewing more often than not."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Callable

from authorizations.models import PurchaseAuthorization
from reseller_console.accounts.models import User
from reseller_console.demo.history import Lines
from reseller_console.demo.life import Life
from reseller_console.demo.teller import Teller
from reseller_console.demo.terms import NEWEST_SINCE_DAYS

_YEARS_BACK = 4
_RECENT_DAYS = 40
Step = Callable[[dt.date], None]


class Everyday:
    """Lets one life take its course until today; steps wait in the order of their days."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.rng: random.Random = teller.rng
        self.life: Life = teller.life(self._invited_on())
        self._agenda: list[tuple[dt.date, int, Step]] = []
        self._steps = 0
        self._renewal_of: dt.date | None = None

    def live(self) -> None:
        """Take every step that falls on today or before."""
        invited_on = self.life.customer.invited_on
        self._plan(self._after(invited_on, 0, 30), self._accept)
        if self.rng.random() < 0.88:
            self._plan(self._after(invited_on, 1, 45), self._buy)
        while self._agenda:
            on, _, step = heapq.heappop(self._agenda)
            if on <= self.teller.today:
                step(on)

    def _invited_on(self) -> dt.date:
        if self.rng.random() < 0.1:
            return self.teller.ago(self.rng.randint(0, _RECENT_DAYS))
        return self.teller.ago(self.rng.randint(_RECENT_DAYS, 365 * _YEARS_BACK))

    def _plan(self, on: dt.date, step: Step) -> None:
        self._steps += 1
        heapq.heappush(self._agenda, (max(on, self.life.reached), self._steps, step))

    def _after(self, on: dt.date, least: int, most: int) -> dt.date:
        return on + dt.timedelta(days=self.rng.randint(least, most))

    def _accept(self, on: dt.date) -> None:
        life = self.life
        if on <= life.link.expires_on and self.rng.random() < 0.82:
            self._accepted(life.accept(on), on)
        elif self.rng.random() < 0.6:
            again = self._after(life.link.expires_on, 1, 20)
            self._plan(again, self._resend)

    def _accepted(self, admin: User, on: dt.date) -> None:
        """Most admins have accepted the newest terms as well."""
        since = self.teller.ago(NEWEST_SINCE_DAYS)
        if on <= since and self.rng.random() < 0.8:
            later = self._after(since, 1, NEWEST_SINCE_DAYS)
            self._plan(later, lambda day: self.life.catch_up(day, by=admin))

    def _resend(self, on: dt.date) -> None:
        self.life.resend(on)
        self._plan(self._after(on, 1, 35), self._accept)

    def _buy(self, on: dt.date) -> None:
        life = self.life
        if life.past_due(on):
            return
        authorization = self.teller.authorize(life, on)
        if self.rng.random() < 0.03:
            self._plan(self._after(on, 1, 20), lambda day: life.cancel(authorization, day))
        elif self.rng.random() < 0.985:
            late = self.rng.random() < 0.06
            ordered_on = self._after(on, 32, 75) if late else self._after(on, 1, 28)
            self._plan(ordered_on, lambda day: self._order(authorization, day))
        if self.rng.random() < 0.55:
            self._plan(self._after(on, 45, 500), self._buy)

    def _order(self, authorization: PurchaseAuthorization, on: dt.date) -> None:
        # Orders are often written down a day or two after they were placed.
        ordered_on = max(
            authorization.created_on, on - dt.timedelta(days=self.rng.choice((0, 1, 2)))
        )
        order = self.life.order([authorization], ordered_on, recorded_on=on)
        if self.rng.random() < 0.015 and ordered_on == on:
            self._plan(self._after(on, 1, 10), lambda day: self.life.give_back(order, day))
        self._expect_renewal()

    def _expect_renewal(self) -> None:
        anniversary = self.life.customer.anniversary_on
        if anniversary and anniversary != self._renewal_of:
            self._renewal_of = anniversary
            self._plan(self._after(anniversary, -28, 24), self._renew)

    def _renew(self, on: dt.date) -> None:
        life = self.life
        rest = life.to_renew()
        fits = life.customer.anniversary_on == self._renewal_of
        if fits and rest and self.rng.random() < 0.86:
            whole = self.rng.random() < 0.85
            lines = rest if whole else self._part_of(rest)
            life.renew(on, lines, completes=not whole and self.rng.random() < 0.5)
            self._plan(self._after(self._renewal_of or on, 32, 40), self._look_ahead)
        elif self.rng.random() < 0.5:
            self._plan(self._after(on, 70, 300), self._buy)

    def _look_ahead(self, on: dt.date) -> None:
        self.life.go_on(on)
        self._expect_renewal()

    def _part_of(self, rest: Lines) -> Lines:
        return {product: max(1, number // 2) for product, number in rest.items()}
