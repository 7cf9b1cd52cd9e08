"""What pages about program terms say, and what is sent to them."""

from __future__ import annotations

from reseller_console.tenancy.models import ProgramTerms
from tests.admin.pages import url
from tests.rules.reading import rows, tree_of

CONFIRMED = {"_confirmed": "1"}
ADD = url(ProgramTerms, "add")


def table(answer, name: str) -> list[dict[str, str]]:
    """Return the rows of the table below a heading, by the heading's id."""
    page = tree_of(answer.content.decode())
    return rows(page.find(f".//div[@aria-labelledby='{name}']"))


def upcoming_in(answer) -> dict[str, str]:
    """Return what the preview says of Upcoming Renewals."""
    found = table(answer, "filters")
    return next(row for row in found if row["Customers in"] == "Upcoming Renewals")
