"""What is to renew in the months ahead, from the tally: no customer is read for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from customers.earlier_days import renewals_then
from customers.tally import renewals_by_date
from reseller_console.accounts.models import User
from reseller_console.lib.calendar import YEAR, add_months
from reseller_console.tenancy.models import Day


@dataclass(frozen=True)
class Amount:
    """So many customers with so many licenses to renew."""

    customers: int = 0
    licenses: int = 0

    def __add__(self, other: Amount) -> Amount:
        """Return both together."""
        return Amount(self.customers + other.customers, self.licenses + other.licenses)


@dataclass(frozen=True)
class Month:
    """A month of anniversary dates, by its first day, and what is to renew at them."""

    first: dt.date
    amount: Amount


class Forecast:
    """What is to renew at each anniversary date from the open windows to twelve months ahead."""

    def __init__(self, user: User, day: Day, *, mine: bool) -> None:
        self.day = day
        self.first_month = day.today.replace(day=1)
        first = min(day.ready_span()[0], self.first_month)
        last = add_months(self.first_month, YEAR) - dt.timedelta(days=1)
        reseller, manager = user.reseller_id or 0, user.pk if mine else None
        if day.is_past:
            found = renewals_then(reseller, day, first, last, manager_id=manager)
        else:
            found = renewals_by_date(reseller, first, last, manager_id=manager)
        self.by_date = {date: Amount(*numbers) for date, numbers in found.items()}

    def between(self, first: dt.date, last: dt.date) -> Amount:
        """Return what is to renew at anniversary dates from `first` to `last`."""
        amounts = (amount for date, amount in self.by_date.items() if first <= date <= last)
        return sum(amounts, Amount())

    def months(self) -> list[Month]:
        """Return this month and the eleven after it; a month without anything too."""
        of_month: Counter[dt.date] = Counter()
        licenses: Counter[dt.date] = Counter()
        for date, amount in self.by_date.items():
            of_month[date.replace(day=1)] += amount.customers
            licenses[date.replace(day=1)] += amount.licenses
        firsts = [add_months(self.first_month, months) for months in range(YEAR)]
        return [Month(first, Amount(of_month[first], licenses[first])) for first in firsts]
