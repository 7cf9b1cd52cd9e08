"""States that are derived, never stored: choices with a tone, a meaning and ordered rules.

A state follows from facts on the row, and perhaps from today. Its rules are in one list; the
expression that lists are annotated with, and the condition of one state alone, follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from django.db.models import Case, CharField, F, Model, Q, TextChoices, Value, When
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

    def of(self, row: Model) -> S:
        """Return the state of a row in hand: the same conditions, read in Python.

        For conditions on columns of the row alone: null or not, equal, and not before another
        column. Raises NotImplementedError for another one.
        """
        return next((s for s, condition in self.ordered if _holds(condition, row)), self.otherwise)

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


def _holds(condition: Q, row: Model) -> bool:
    """Return whether a condition holds for a row in hand; null is neither true nor false."""
    answers = (
        _holds(child, row) if isinstance(child, Q) else _test(row, *cast("tuple[str, Any]", child))
        for child in condition.children
    )
    found = any(answers) if condition.connector == Q.OR else all(answers)
    return not found if condition.negated else found


def _test(row: Model, lookup: str, value: Any) -> bool:
    name, _, kind = lookup.partition("__")
    here = getattr(row, name)
    other = getattr(row, _column(value)) if isinstance(value, F) else value
    if kind == "isnull":
        return (here is None) == other
    if here is None or other is None:
        return False
    if kind == "":
        return here == other
    if kind == "gte":
        return here >= other
    raise NotImplementedError(lookup)


def _column(value: F) -> str:
    return value.name  # type: ignore[attr-defined]


def _through(condition: Q, prefix: str) -> Q:
    moved: list[Any] = []
    for child in condition.children:
        if isinstance(child, Q):
            moved.append(_through(child, prefix))
        else:
            name, value = cast("tuple[str, Any]", child)
            value = F(f"{prefix}{_column(value)}") if isinstance(value, F) else value
            moved.append((f"{prefix}{name}", value))
    found = Q(*moved, _connector=condition.connector)
    return ~found if condition.negated else found
