"""States that are derived, never stored: choices with a tone, a meaning and ordered rules.

A state follows from facts on the row, and perhaps from today. Its rules are in one list; the
expression that lists are annotated with, and the condition of one state alone, follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from django.db.models import Case, CharField, Q, TextChoices, Value, When
from django.utils.functional import Promise


class StateChoices(TextChoices):
    """A state people see: value, tone of its badge, what it means, and its label, in this order."""

    _tone: str
    _meaning: str | Promise

    def __new__(cls, value: str, tone: str = "quiet", meaning: str | Promise = "") -> Self:
        """Make a member whose tone and meaning are next to its value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member._tone, member._meaning = tone, meaning
        return member

    @property
    def tone(self) -> str:
        """The tone of the badge: good, info, warn, bad or quiet."""
        return self._tone

    @property
    def meaning(self) -> str:
        """What the state means, in words."""
        return str(self._meaning)


@dataclass(frozen=True)
class Rules[S: StateChoices]:
    """States in the order in which their conditions are tried: the first one that holds wins.

    Where none holds the state is `otherwise`. A state may have several conditions.
    """

    ordered: Sequence[tuple[S, Q]]
    otherwise: S

    def expression(self) -> Case:
        """Return the state as SQL."""
        return Case(
            *(When(condition, then=Value(state)) for state, condition in self.ordered),
            default=Value(self.otherwise),
            output_field=CharField(choices=type(self.otherwise).choices),
        )

    def none_of(self, *states: S) -> Q:
        """Return the condition that no rule of these states holds; plain tests an index answers."""
        condition = Q()
        for state, holds in self.ordered:
            if state in states:
                condition &= ~holds
        return condition

    def only(self, wanted: S) -> Q:
        """Return the condition of one state alone: its rule holds, and none before it.

        For states with one rule, or none (`otherwise`).
        """
        condition = Q()
        for state, holds in self.ordered:
            if state == wanted:
                return condition & holds
            condition &= ~holds
        return condition

    def through(self, prefix: str) -> Rules[S]:
        """Return the same rules for rows reached through `prefix`, such as `email__`."""
        return Rules([(s, _through(q, prefix)) for s, q in self.ordered], self.otherwise)


def _through(condition: Q, prefix: str) -> Q:
    moved: list[Any] = []
    for child in condition.children:
        if isinstance(child, Q):
            moved.append(_through(child, prefix))
        else:
            name, value = cast("tuple[str, Any]", child)
            moved.append((f"{prefix}{name}", value))
    found = Q(*moved, _connector=condition.connector)
    return ~found if condition.negated else found
