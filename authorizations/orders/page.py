"""One order on its page: its lines and returns, a fixed number of queries however many."""

from __future__ import annotations

from functools import cached_property

from django.db.models import F

from authorizations.models import Order, OrderLine, ReturnedLine
from authorizations.orders.rows import OrderRow, rows_of
from reseller_console.lib.lists import Key, Paging, Section, SectionPage, read_id
from reseller_console.tenancy.models import Day

ROWS = 40
_KEYS = [Key("id", F("id"), read_id)]


class OrderPage:
    """The sections of the page; each is fetched when it is asked for, once."""

    def __init__(self, order: Order, *, day: Day, lines: str = "", returns: str = "") -> None:
        self.order, self.day = order, day
        self._lines, self._returns = Section(lines), Section(returns)

    @cached_property
    def row(self) -> OrderRow:
        """The order as a row of any list."""
        return rows_of([self.order], today=self.day.today)[0]

    @cached_property
    def lines(self) -> SectionPage[OrderLine]:
        """One page of its lines, in the order they were entered."""
        rows = OrderLine.objects.filter(order=self.order).with_kept()
        rows = rows.select_related("customer", "product", "authorization")
        return SectionPage(*Paging(self._lines, _KEYS, "lines").read(rows, ROWS))

    @cached_property
    def returns(self) -> SectionPage[ReturnedLine]:
        """One page of what came back of it, newest first."""
        rows = ReturnedLine.objects.filter(order_line__order=self.order)
        rows = rows.select_related("order_line__customer", "order_line__product", "recorded_by")
        paging = Paging(self._returns, _KEYS, "returns", descending=True)
        return SectionPage(*paging.read(rows, ROWS))
