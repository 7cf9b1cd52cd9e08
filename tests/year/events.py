"""What is recorded about one customer: the program's terms, and the events of its years.

Every event has `on`, the reseller's calendar day on which it was recorded. Within a day the order
of the list is the order of recording. Like the model that reads them, events know nothing of the
product.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Lines = Mapping[str, int]  # licenses by product
Key = tuple[str | None, str]  # of a line in an order: the PA it pays for (None: no PA), the product


class Refused(Exception):
    """An event that may not be recorded; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Terms:
    """The program's terms from one day on. Everything but `effective_on` is a number of days."""

    effective_on: date
    due: int = 30  # the last Pending day, after the PA's date
    suspended: int = 60  # the last Overdue day, after the PA's date
    opens: int = 30  # the first day of the renewal window, before the anniversary date
    closes: int = 30  # the last day of the renewal window, after the anniversary date
    upcoming: int = 59  # how long "upcoming" is, before the window
    returns: int = 14  # the last day for a return, after the order's date


@dataclass(frozen=True)
class Event:
    """Something recorded on a day."""

    on: date


@dataclass(frozen=True)
class Invited(Event):
    """The customer was invited, perhaps with a custom anniversary date."""

    custom: date | None = None


@dataclass(frozen=True)
class Withdrawn(Event):
    """The invitation was withdrawn."""


@dataclass(frozen=True)
class Resent(Event):
    """The invitation was sent again, which revives a withdrawn one."""


@dataclass(frozen=True)
class Authorized(Event):
    """A purchase authorization (PA), dated the day it was recorded."""

    name: str
    lines: Lines


@dataclass(frozen=True)
class Cancelled(Event):
    """A PA was cancelled."""

    name: str


@dataclass(frozen=True)
class Ordered(Event):
    """An order dated `dated`: it pays for whole PAs, or for products that were ordered directly."""

    dated: date
    name: str
    authorizations: tuple[str, ...] = ()
    direct: Lines = field(default_factory=dict)


@dataclass(frozen=True)
class Renewed(Event):
    """A renewal order dated `dated`; with `completes` what it leaves over is dropped."""

    dated: date
    name: str
    lines: Lines
    completes: bool = False


@dataclass(frozen=True)
class Returned(Event):
    """Licenses of an order were returned; without `lines` all that was left of it."""

    order: str
    lines: Mapping[Key, int] | None = None
