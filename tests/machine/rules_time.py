"""The calendar and the nights."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from customers.models import AdminInvitation, Invitation
from tests.machine.players import which
from tests.machine.rules_mail import Mail, moods
from tests.machine.world import Rows


class Time(Mail):
    """Days pass; a night is done, done twice, or not at all, and the sender works."""

    def __init__(self) -> None:
        super().__init__()
        # After which nights of which day nothing has changed since.
        self.slept: dict[int, tuple[dt.date, Rows]] = {}

    def _move(self, date: dt.date) -> None:
        passed = date - self.world.today
        self.world.set_today(date)
        # Limits within an hour or a day look at the clock, which the calendar does not move.
        for links in (Invitation.objects, AdminInvitation.objects):
            links.update(sent_at=F("sent_at") - passed)
        for _, one in self.world.organizations:
            one.live(date)
            for link in one.links:
                link.of_today = False

    @rule(days=st.integers(1, 45), nights=which, moods=moods)
    def let_days_pass(self, days, nights, moods):
        """Move the calendar on; on most days the nights were slept through."""
        self._move(self.world.today + dt.timedelta(days=days))
        self._nights(nights)
        self._send(moods)

    def _edges(self) -> list[dt.date]:
        found = {
            edge for _, one in self.world.organizations for edge in one.edges(self.world.today)
        }
        return sorted(edge for edge in found if edge > self.world.today)

    @precondition(lambda self: self._edges())
    @rule(n=which, nights=which, moods=moods)
    def go_to_an_edge(self, n, nights, moods):
        """Move the calendar exactly to a day on which something changes by itself."""
        edges = self._edges()
        self._move(edges[min(n // 2, len(edges) - 1)])
        self._nights(nights)
        self._send(moods)

    @rule(nights=st.integers(0, 5))
    def night(self, nights):
        """Do the night, whether or not it was done before."""
        self._nights(nights)

    def _send(self, moods: list[str]) -> None:
        self.note_emails()
        self.send(moods=moods)

    def _nights(self, n: int) -> None:
        """Do the night of one reseller or of both, or none; done again it changes nothing.

        Nights that were done a second time are not done a third, on the same day and over the
        same rows: the second has shown that there is nothing to do.
        """
        stands = self.world.today, self.world.rows()
        if n > 4 or self.slept.get(n) == stands:
            return
        tenants = {0: self.world.tenants[:1], 1: self.world.tenants[1:]}
        for tenant in self.world.tenants if n in (2, 3, 4) else tenants.get(n, []):
            run = run_night(tenant.reseller, today=self.world.today)
            assert run.drift == 0, run.counts
            if n < 4:
                post_digests(tenant.reseller, day=tenant.reseller.day(self.world.today))
            if n < 3:
                before = self.world.rows()
                run_night(tenant.reseller, today=self.world.today)
                assert self.world.rows() == before, "a second night changed something"
        now = self.world.today, self.world.rows()
        if n < 3 or now == stands:
            self.slept[n] = now
