"""Load the demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reseller_console.demo import deleting, loading


class Command(BaseCommand):
    """`load_demo [--fresh]`."""

    help = "Load two resellers with customers in every state, relative to today; once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--fresh", action="store_true", help="delete the two resellers first, then load them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say that it was loaded before."""
        try:
            if options["fresh"]:
                deleting.delete(self.stdout.write)
            if loading.is_loaded():
                self.stdout.write("The demo data is there already.")
                return
            loading.load(self.stdout.write)
        except loading.NotHere as refusal:
            raise CommandError(str(refusal)) from refusal
