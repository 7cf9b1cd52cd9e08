"""Numbers drawn at random, and the rare moment when another person drew the same one."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction

TRIES = 5


def save_with_fresh_number(save: Callable[[], object], *, column: str) -> None:
    """Call `save`, which draws a number and stores it, again when the number is taken.

    `column` is part of the name of the unique constraint. Any other violation, and the last
    try's, is raised as it is.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                save()
            return
        except IntegrityError as error:
            if column not in str(error) or not left:
                raise
