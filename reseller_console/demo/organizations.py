"""The real organizations the demonstration is made of (source and license: README.md)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("organizations.csv")


@dataclass(frozen=True)
class Organization:
    """A real name, its country (ISO 3166-1) and, where it is known, its region in words."""

    name: str
    country: str
    region: str


@cache
def organizations() -> tuple[Organization, ...]:
    """Return every organization of the list, as it is in the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Organization(row["organization_name"], row["country_code"], row["region"])
            for row in csv.DictReader(file)
        )
