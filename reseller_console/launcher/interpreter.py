"""Whether this Python writes emails safely: holes in its `email` package, found by trying them.

Versions alone do not tell: distributions mend the Python they ship without changing its number.
So each hole is tried, on an email that goes nowhere, and the versions are for the advice.

Nothing of the project is imported here, so that any Python can run this file by itself:
`python reseller_console/launcher/interpreter.py [--strict]` exits with 0 when it is safe enough,
and says what is wrong when it is not.
"""

from __future__ import annotations

import email.policy
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

# The first releases in which every hole below is closed, and the first that production accepts.
MENDED = ("3.12.13", "3.13.12", "3.14.3")
ACCEPTED = ("3.12.5", "3.13.0")
_MARK = "X-Injected"
_WORD = f"=?utf-8?q?a=0A{_MARK}:_b?="


@dataclass(frozen=True)
class Hole:
    """A hole; `reached` when texts of people could get to it, were they not cleaned before."""

    name: str
    what: str
    reached: bool
    try_it: Callable[[EmailMessage], None]

    def is_open(self) -> bool:
        """Return whether a header that nobody wrote comes out of this Python."""
        message = EmailMessage(policy=email.policy.SMTP)
        try:
            self.try_it(message)
            written = message.as_bytes()
        except ValueError:
            # A mended Python may refuse to write the email at all.
            return False
        return any(line.startswith(_MARK.encode()) for line in written.splitlines())


def _encoded_word(message: EmailMessage) -> None:
    message["Subject"] = _WORD


class _Literal(str):
    """A header that says of itself how it is folded."""

    name = "Subject"
    max_count = 1

    def fold(self, *, policy: email.policy.Policy) -> str:
        return f"{self.name}: {self}\n"


def _literal(message: EmailMessage) -> None:
    message["Subject"] = _Literal(f"a\n{_MARK}: b")


HOLES = (
    Hole("CVE-2024-6923", "encoded words in a subject become headers", True, _encoded_word),
    # Only for headers that fold themselves, of which we have none.
    Hole("CVE-2026-1299", "headers that fold themselves are not checked", False, _literal),
)


def complaint(*, strict: bool = False) -> str:
    """Return what is wrong with this Python and which one to take; "" when it is good.

    `strict` minds the holes as well that our emails cannot reach.
    """
    names = {hole.name: hole.what for hole in HOLES if (strict or hole.reached) and hole.is_open()}
    if not names:
        return ""
    found = "; ".join(f"{what} ({name})" for name, what in names.items())
    return (
        f"Python {platform.python_version()} writes unsafe emails: {found}."
        f" Take Python {', '.join(MENDED)} or newer of its line (the least is"
        f" {' and '.join(ACCEPTED)}), or the mended one of your distribution."
    )


if __name__ == "__main__":
    sys.exit(complaint(strict="--strict" in sys.argv) or None)
