"""What is wrong with a table: with all of it, or with one of its lines."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reseller_console.lib.refusals import ActionRefused


class Unreadable(ActionRefused):
    """The table as a whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell; `column` is blank when it is the whole line.

    Lines are those of the file, from 1; the rows of a sheet are its lines.
    """

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        """Return the fault as it is reported."""
        facts = {"line": self.line, "column": self.column, "reason": self.reason}
        if not self.column:
            return _("line %(line)s: %(reason)s") % facts
        return _("line %(line)s, %(column)s: %(reason)s") % facts
