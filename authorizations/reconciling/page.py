"""A report's page: how far it is, what its lines are, and what the file does not have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext, ngettext

from authorizations.models import OrderReport, Outcome, PurchaseAuthorization, ReportLine
from reseller_console.lib.lists import (
    Key,
    ListAddress,
    ListScreen,
    Paging,
    RailEntry,
    grouped,
    read_id,
)
from reseller_console.tenancy.models import Day

ROWS = 50
NAMED = 20
KEYS = [Key("line", F("line"), read_id)]


@dataclass(frozen=True, kw_only=True)
class Lines(ListAddress):
    """The lines of a report as an address asks for them."""

    report: OrderReport
    show: str = ""

    @classmethod
    def own(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """Read the filter."""
        show = query.get("show", "")
        return {"show": show if show in Outcome.values else ""}

    def narrowing(self) -> dict[str, str]:
        """Return the filter."""
        return {"show": self.show}

    def path(self) -> str:
        """Return the address of this list."""
        return self.below(self.path_of_report)

    @property
    def path_of_report(self) -> str:
        """The address of the report's page."""
        return self.report.get_absolute_url()


@dataclass(frozen=True)
class Page:
    """Rows, how many there are in all, and the lists that the links beside them lead to."""

    rows: list[ReportLine]
    total: int
    total_is_exact: bool
    rows_before: int | None
    first: Lines | None
    previous: Lines | None
    next: Lines | None
    last: Lines | None


@dataclass(frozen=True)
class Screen(ListScreen):
    """What a report's page shows of its lines, and how many orders they make up."""

    listing: Lines
    page: Page
    # How many orders can be recorded, of how many lines.
    orders: int
    matched: int
    # Some past-due PAs of customers in the file that no line of it names, the latest due.
    absent: list[PurchaseAuthorization]

    @property
    def title(self) -> str:
        """What the list is called: its filter."""
        return str(Outcome(self.listing.show).label) if self.listing.show else gettext("All lines")

    @property
    def hint(self) -> str:
        """What the lines are."""
        return Outcome(self.listing.show).meaning if self.listing.show else ""

    @property
    def export_path(self) -> str:
        """The address of the same list as a file."""
        return self.listing.at_start().below(f"{self.listing.path_of_report}export.csv")

    @property
    def workbook_path(self) -> str:
        """The address of the same list as an Excel workbook."""
        return self.listing.at_start().below(f"{self.listing.path_of_report}export.xlsx")

    def counted(self, number: int, text: str) -> str:
        """Return so many lines in words."""
        return ngettext("%(n)s line", "%(n)s lines", number) % {"n": text}


def screen_of(listing: Lines, day: Day) -> Screen:
    """Gather what is shown of a report's lines; as many queries for many lines as for few."""
    lines = listing.report.lines.all()
    counts = dict(lines.order_by().values_list("outcome").annotate(Count("pk")))
    total = counts.get(listing.show, 0) if listing.show else sum(counts.values())
    found, around = Paging(listing, KEYS, "lines").read(lines_on(listing), ROWS, total=total)
    matched = lines.filter(outcome=Outcome.MATCHED).order_by()
    return Screen(
        listing,
        _rail(listing, counts),
        Page(found, total=total, total_is_exact=True, **vars(around)),
        orders=matched.values("order_number").distinct().count(),
        matched=counts.get(Outcome.MATCHED, 0),
        absent=_absent(listing.report, day),
    )


def lines_on(listing: Lines) -> QuerySet[ReportLine]:
    """Return the lines of a list, with all that is told of them."""
    lines: QuerySet[ReportLine] = listing.report.lines.all()
    if listing.show:
        lines = lines.filter(outcome=listing.show)
    return lines.select_related("customer", "authorization", "order")


def _rail(listing: Lines, counts: Mapping[str, int]) -> list[RailEntry]:
    """Return the outcomes there are, as filters."""
    shown = [("", gettext("All lines"), sum(counts.values()))]
    shown += [(one.value, str(one.label), counts[one]) for one in Outcome if counts.get(one)]
    return [
        RailEntry(
            label=label,
            count=count,
            count_text=grouped(count),
            path=listing.at_start(show=value).path(),
            chosen=value == listing.show,
        )
        for value, label, count in shown
    ]


def _absent(report: OrderReport, day: Day) -> list[PurchaseAuthorization]:
    lines = report.lines.all()
    rows = PurchaseAuthorization.objects.on(day.today).past_due()
    rows = rows.filter(
        reseller_id=report.reseller_id,
        customer__in=lines.filter(customer__isnull=False).values("customer"),
    ).exclude(pk__in=lines.filter(authorization__isnull=False).values("authorization"))
    return list(rows.select_related("customer").order_by("due_on", "id")[:NAMED])
