"""How customers of the scenarios begin: managed by the person who tries the demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from reseller_console.demo.life import Life
from reseller_console.demo.teller import Teller

Scenario = Callable[[Teller], None]
# So many customers are in a case that one alone does not show.
COPIES = 3


def customer(
    teller: Teller,
    invited_days_ago: int = 90,
    *,
    segment: str = "",
    custom_on: dt.date | None = None,
) -> Life:
    """Invite a person who has accepted."""
    life = teller.life(
        teller.ago(invited_days_ago),
        manager=teller.books.managers[0],
        segment=segment,
        custom_on=custom_on,
    )
    life.accept(teller.ago(max(invited_days_ago - 2, 0)))
    return life


def holder(teller: Teller, anniversary: dt.date) -> Life:
    """Invite a person whose first PA, 12 months before `anniversary`, is ordered."""
    return teller.bought(anniversary, manager=teller.books.managers[0])
