"""Bring in step how names are compared, sorted and searched, after the rules for that changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from authorizations.models import Person
from customers.models import Customer

BATCH = 1_000


class Command(BaseCommand):
    """Bring the stored forms of customers and people in step; what is right is not written."""

    help = "Compute again how names and addresses are compared, sorted and searched."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Go through both tables in batches, each in a transaction of its own."""
        for model in (Customer, Person):
            changed = sum(_renew(model, ids) for ids in _batches(model))
            self.stdout.write(f"{model._meta.verbose_name_plural}: {changed:,} brought in step")


def _batches(model: type[Customer | Person]) -> Iterator[list[int]]:
    last = 0
    while ids := list(
        model._default_manager.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        yield ids
        last = ids[-1]


def _renew(model: type[Customer | Person], ids: list[int]) -> int:
    """Derive the forms of these rows again; return how many were out of step."""
    fields = model.DERIVED_FIELDS
    with transaction.atomic():
        rows = list(model._default_manager.filter(pk__in=ids).order_by("pk").select_for_update())
        changed = []
        for row in rows:
            before = [getattr(row, name) for name in fields]
            row.derive_keys()
            if before != [getattr(row, name) for name in fields]:
                changed.append(row)
        model._default_manager.bulk_update(changed, fields)
    return len(changed)
