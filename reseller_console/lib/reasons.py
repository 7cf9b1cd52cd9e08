"""Why something is as it is shown: by which rule, until when, and who can change it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """The answer to "why here, until when", in the language in force; `str()` is all of it.

    `because` is the rule with its dates and facts; `until` what happens next if nobody does
    anything, and on which day; `change` who can change it, and how.
    """

    because: str
    until: str
    change: str

    def __str__(self) -> str:
        """Return the whole answer, in sentences."""
        return " ".join(part for part in (self.because, self.until, self.change) if part)
