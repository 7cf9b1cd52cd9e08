"""Lists that are a section of a page, such as what happened to a customer.

A page can have several, so that a section has one parameter in the address, its cursor, named
like the section. Its pages lead to the newest rows and to older ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from reseller_console.lib.lists.paging import Around


@dataclass(frozen=True)
class Section:
    """A section as an address asks for it; only `after` is ever there."""

    after: str = ""
    before: str = ""
    last: bool = False

    def at_start(self, **changes: Any) -> Self:
        """Return the section with changes, at its first page unless they say another."""
        first_page: dict[str, Any] = {"after": "", "before": "", "last": False}
        return replace(self, **(first_page | changes))


@dataclass(frozen=True)
class SectionPage[Row]:
    """Some rows of a section, newest first."""

    rows: list[Row]
    around: Around[Section]

    @property
    def older(self) -> str:
        """The cursor of the page after; blank when there is none."""
        return self.around.next.after if self.around.next else ""

    @property
    def is_first(self) -> bool:
        """Whether the address leads nowhere else; a cursor that is none means the first page."""
        return self.around.first is None
