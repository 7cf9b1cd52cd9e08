"""The people of North, and a file to import."""

from __future__ import annotations

import csv

import pytest

from tests.customers.importing.lines import GOOD


@pytest.fixture(autouse=True)
def team(ada, alice, bob, charlie):
    """North's team, and somebody at South."""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes rows to a file; each row changes the good one."""

    def to_file(*rows: dict[str, str], delimiter=",", encoding="utf-8", header=None):
        path = tmp_path / "customers.csv"
        columns = header or list(dict.fromkeys([*GOOD, *(name for row in rows for name in row)]))
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, columns, delimiter=delimiter, restval="")
            writer.writeheader()
            writer.writerows(GOOD | row for row in rows)
        return path

    return to_file
