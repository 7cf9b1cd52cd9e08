"""A list as an address asks for it: what it is narrowed to, the search, the sort, the place.

What is unknown in an address falls back to the usual, and of a parameter given twice the
last one counts; nothing in it can make a page fail.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from reseller_console.lib.lists.words import LONGEST, cleaned, words_of

# So much is repeated of what is no date.
_SHOWN = 40
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class ListAddress(ABC):
    """What every list has in its address; `after` and `before` are cursors, as yet unread.

    A list adds its own fields and says how they are read (`own`) and written (`narrowing`
    before the search, `sorting` behind it), and whether it can be shown as of another date
    (`is_dated`).
    """

    is_dated: ClassVar[bool] = False

    q: str = ""
    after: str = ""
    before: str = ""
    last: bool = False
    q_was_cut: bool = field(default=False, compare=False)
    # The date it is shown as of, None for today; and what was given instead of a date.
    as_of: dt.date | None = None
    as_of_wrong: str = field(default="", compare=False)

    @classmethod
    def from_query(cls, query: Mapping[str, str], **given: Any) -> Self:
        """Read the list's address; `given` is what stands elsewhere than in the query."""
        asked = query.get("q", "")
        date = query.get("as_of", "").strip() if cls.is_dated else ""
        as_of = read_as_of(date)
        return cls(
            q=cleaned(asked),
            after=query.get("after", ""),
            before=query.get("before", ""),
            last=query.get("page") == "last",
            q_was_cut=len(asked.strip()) > LONGEST,
            as_of=as_of,
            as_of_wrong="" if as_of else date[:_SHOWN],
            **cls.own(query),
            **given,
        )

    @classmethod
    @abstractmethod
    def own(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """Read the fields a list adds."""

    @abstractmethod
    def narrowing(self) -> dict[str, str]:
        """Return the parameters of filters and switches, blank for what is as usual."""

    def sorting(self) -> dict[str, str]:
        """Return the parameter of the sort, blank for the usual one."""
        return {}

    def parameters(self) -> dict[str, str]:
        """Return what is not as usual, in the order it is in an address."""
        place = {
            "after": self.after,
            "before": self.before,
            "page": "last" if self.last else "",
        }
        dated = {"as_of": self.as_of.isoformat() if self.as_of else ""}
        parameters = self.narrowing() | dated | {"q": self.q} | self.sorting() | place
        return {name: value for name, value in parameters.items() if value}

    @property
    def as_of_query(self) -> str:
        """What keeps the date in the address of a page the list leads to; blank for today."""
        return f"?as_of={self.as_of.isoformat()}" if self.as_of else ""

    def below(self, path: str, **more: str) -> str:
        """Return the address of this list below `path`, with `more` parameters in front."""
        parameters = more | self.parameters()
        return f"{path}?{urlencode(parameters)}" if parameters else path

    def at_start(self, **changes: Any) -> Self:
        """Return the list with changes, at its first page unless they say another."""
        first_page: dict[str, Any] = {"after": "", "before": "", "last": False}
        return replace(self, **(first_page | changes))

    @cached_property
    def searches(self) -> bool:
        """Whether there is a word to look for in the question."""
        return bool(words_of(self.q))


def read_as_of(text: str) -> dt.date | None:
    """Return the date an address asks a list for; None for anything but YYYY-MM-DD."""
    try:
        return dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
