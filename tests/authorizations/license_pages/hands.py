"""Licenses in many hands, and how the pages about them are read."""

from __future__ import annotations

import datetime as dt
import re

TODAY = dt.date(2026, 3, 2)


def words(response) -> str:
    """Return what is read on the page: no tags, blanks collapsed."""
    text = response.content.decode()
    main = text.split("<main", 1)[-1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
