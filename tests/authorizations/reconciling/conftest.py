"""Customers, what they have bought, and reports of their distributor."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from authorizations.actions.reconcile import upload_report
from authorizations.reconciling.working import work_on
from tests.authorizations.renewing.conftest import customer, own

__all__ = ["customer", "own"]

HEADS = ["Sales order", "Order date", "PA number", "PO", "VIP ID", "Item", "Qty"]


@pytest.fixture
def report(alice):
    """Return a function that uploads rows below heads, and has them read and compared."""

    def made(*rows: list[object], heads=HEADS, workbook: bool = False, sender: str = "Disty"):
        if workbook:
            book, file = Workbook(), io.BytesIO()
            for row in (heads, *rows):
                book.active.append(row)
            book.save(file)
            content, name = file.getvalue(), "report.xlsx"
        else:
            lines = [";".join(str(cell) for cell in row) for row in (heads, *rows)]
            content, name = "\n".join(lines).encode(), "report.csv"
        found = upload_report(
            alice.reseller, sender=sender, file_name=name, content=content, by=alice
        )
        work_on(found.pk)
        found.refresh_from_db()
        return found

    return made


def outcomes(report) -> dict[int, str]:
    """Return the outcome of each line."""
    return dict(report.lines.values_list("line", "outcome"))
