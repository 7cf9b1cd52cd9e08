"""Load the demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reseller_console.demo import deleting, loading


class Command(BaseCommand):
    """`load_demo [--fresh] [--if-empty] [--dry-run]`."""

    help = "Load two resellers with customers in every state, relative to today; once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--fresh", action="store_true", help="delete the two resellers first, then load them"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="beside resellers or accounts do nothing"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say whether the database is empty"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say that it was loaded before; fail beside anybody else."""
        try:
            self._load(**options)
        except loading.NotHere as refusal:
            if not options["if_empty"]:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(str(refusal))

    def _load(self, *, fresh: bool, dry_run: bool, **_others: object) -> None:
        loading.refuse_production()
        loading.refuse_beside_others()
        if dry_run:
            loading.refuse_beside_data()
            return
        if fresh:
            deleting.delete(self.stdout.write)
        if loading.is_loaded():
            self.stdout.write("The demo data is there already.")
            return
        loading.load(self.stdout.write)
