"""How a verb says no."""

from __future__ import annotations


class ActionRefused(Exception):
    """The action breaks a rule of the console.

    `str()` is a sentence for the person who asked. `field` names the form field it
    belongs to, when it belongs to one; `code` is stable and never shown.
    """

    def __init__(
        self, sentence: object, *, field: str | None = None, code: str = "refused"
    ) -> None:
        super().__init__(str(sentence))
        self.field = field
        self.code = code
