"""When licenses of a product could be given to people, judged by what a customer had by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from authorizations.models import Product, PurchaseAuthorization
from reseller_console.demo.life import Life

Span = tuple[dt.datetime, dt.datetime]
_ONE_DAY = dt.timedelta(days=1)


class Handing:
    """The spans in which an admin could give any license of a product that is there today.

    From the newest purchase on, so that each has been bought; with the newest VIP terms of the
    time accepted; and while those worked that are suspended today, where they are to be given.
    """

    def __init__(self, life: Life, product: Product, *, suspended: bool) -> None:
        self.life = life
        self.product = product
        self.calendar = life.books.calendar
        since = max(self._begun(), default=self.calendar.moment)
        until = min(self._stops() if suspended else (), default=self.calendar.moment)
        spans = ((max(since, start), min(until, end)) for start, end in self._accepted())
        self.spans: list[Span] = [span for span in spans if span[0] < span[1]]

    def _begun(self) -> Iterator[dt.datetime]:
        """Yield when each purchase gave licenses to people to use."""
        for authorization in self._with_product(self.life.authorizations):
            order = authorization.order
            if order is not None and order.recorded_on >= authorization.stops_on:
                yield order.recorded_at
            else:
                yield authorization.created_at
        for line in self.life.order_lines:
            theirs = line.product == self.product and line.authorization is None
            if theirs and line.starts_on <= self.calendar.today:
                yield max(line.order.recorded_at, self.calendar.instant(line.starts_on, 0))

    def _stops(self) -> Iterator[dt.datetime]:
        """Yield the last instants at which licenses worked that wait for their order today."""
        for authorization in self._with_product(self.life.awaiting_order()):
            if not authorization.has_lapsed_by(self.calendar.today):
                last_day = min(authorization.stops_on - _ONE_DAY, self.calendar.today)
                yield self.calendar.instant(last_day, 17 * 60)

    def _with_product(
        self, authorizations: Iterable[PurchaseAuthorization]
    ) -> Iterator[PurchaseAuthorization]:
        for authorization in authorizations:
            if any(line.product == self.product for line in authorization.lines.all()):
                yield authorization

    def _accepted(self) -> Iterator[Span]:
        """Yield from when to when the newest terms of the time were accepted."""
        newer = [terms.published_at for terms in self.life.books.vip_terms]
        for acceptance in self.life.acceptances:
            later = (at for at in newer if at and at > acceptance.accepted_at)
            yield acceptance.accepted_at, min(later, default=self.calendar.moment)
