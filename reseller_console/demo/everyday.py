"""Ordinary customers: invited some day, buying now and then, renewing more often than not."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Callable, Sequence

from authorizations.models import PurchaseAuthorization
from reseller_console.accounts.models import User
from reseller_console.demo.asking import Answer, Lines, Question, ask
from reseller_console.demo.life import Life
from reseller_console.demo.teller import Teller
from reseller_console.demo.terms import NEWEST_SINCE_DAYS

_YEARS_BACK = 4
_RECENT_DAYS = 40
# An anniversary date stands for renewing what ends at it, which begins with a question.
Step = Callable[[dt.date], None] | dt.date


class Everyday:
    """Lets one life take its course until today; steps wait in the order of their days."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.rng: random.Random = teller.rng
        self.life: Life = teller.life(self._invited_on())
        self._agenda: list[tuple[dt.date, int, Step]] = []
        self._steps = 0
        self._renewals: set[dt.date] = set()
        self._asked_on = dt.date.min
        invited_on = self.life.customer.invited_on
        self._plan(self._after(invited_on, 0, 30), self._accept)
        if self.rng.random() < 0.88:
            self._plan(self._after(invited_on, 1, 45), self._buy)

    def live(self) -> Question | None:
        """Take the steps up to today, or up to where it is asked what is left to renew."""
        while self._agenda and self._agenda[0][0] <= self.teller.today:
            on, _, step = heapq.heappop(self._agenda)
            if isinstance(step, dt.date):
                self._asked_on = on
                return self.life.question(step)
            step(on)
        return None

    def go_on(self, answer: Answer) -> Question | None:
        """Take the steps after a question was answered."""
        self._renew(self._asked_on, answer.lines)
        return self.live()

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
            days = min(20, authorization.days_until_due(on))
            self._plan(self._after(on, 1, days), lambda day: life.cancel(authorization, day))
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
            days = min(10, (order.return_until_on - on).days)
            self._plan(self._after(on, 1, days), lambda day: self.life.give_back(order, day))
        self._expect_renewal(authorization.counts_to)

    def _expect_renewal(self, anniversary: dt.date) -> None:
        """Plan to renew what ends at a date, some day of its renewal window."""
        if anniversary not in self._renewals:
            self._renewals.add(anniversary)
            opens_on, closes_on = self.life.terms.renewal_window.around(anniversary)
            self._plan(self._after(opens_on, 0, (closes_on - opens_on).days), anniversary)

    def _renew(self, on: dt.date, rest: Lines) -> None:
        life = self.life
        if rest and self.rng.random() < 0.86:
            whole = self.rng.random() < 0.85
            lines = rest if whole else self._part_of(rest)
            life.renew(on, lines, completes=not whole and self.rng.random() < 0.5)
            self._expect_renewal(life.order_lines[-1].counts_to)
        elif self.rng.random() < 0.5:
            self._plan(self._after(on, 70, 300), self._buy)

    def _part_of(self, rest: Lines) -> Lines:
        return {product: max(1, number // 2) for product, number in rest.items()}


def live_together(lives: Sequence[Everyday]) -> None:
    """Let ordinary customers live; what they ask is asked for all of them at once."""
    asking = [(life, question) for life in lives if (question := life.live())]
    while asking:
        answers = ask(lives[0].teller.books, [question for _life, question in asking])
        asking = [
            (life, question)
            for (life, _question), answer in zip(asking, answers, strict=True)
            if (question := life.go_on(answer))
        ]
