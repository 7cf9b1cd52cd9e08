"""What awaits an order in the tests of the worklist, and how it is read."""

from __future__ import annotations

import re

PATH = "/orders/"
# Created on: the state on 2 March 2026, with 30 days to order and 60 to suspension.
CREATED = {
    "fresh": ("2026-03-02", "pending"),
    "due today": ("2026-01-31", "pending"),
    "late since today": ("2026-01-30", "overdue"),
    "last day before suspension": ("2026-01-01", "overdue"),
    "suspended since today": ("2025-12-31", "suspended"),
    "suspended for long": ("2025-03-01", "suspended"),
    "lapsed": ("2024-12-01", "lapsed"),
}
URGENT_FIRST = [
    "suspended for long",
    "suspended since today",
    "last day before suspension",
    "late since today",
    "due today",
    "fresh",
]


def names(response) -> list[str]:
    """Return the customers on the page, in their order."""
    return re.findall(r'class="name" href="[^"]*">([^<]*)</a>', response.content.decode())


def counts(response) -> dict[str, str]:
    """Return the filters and their counts."""
    found = re.findall(
        r'<a href="[^"]*"\s+hx-get="[^"]*"[^>]*>([^<]*) <span class="count">([^<]*)</span></a>',
        response.content.decode(),
    )
    return dict(found)
