"""Prove that nothing is stored that must never be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from authorizations.invariants import INVARIANTS, broken


class Command(BaseCommand):
    """`invariants`: exit code 0 on a sound database, else say what is broken."""

    help = "Look for anything in the database that must never be there."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every query; raise CommandError with what was found."""
        found = broken()
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"Sound: {len(INVARIANTS)} invariants, stored facts and the tally hold.")
