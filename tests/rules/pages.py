"""Headings and links of the details page."""

from __future__ import annotations

OPEN = "Pending and Overdue License Authorizations"


def links_in(part) -> list[str]:
    return [] if part is None else [link.attrib["href"] for link in part.iter("a")]
