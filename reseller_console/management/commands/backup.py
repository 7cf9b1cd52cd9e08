"""Save the database in a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reseller_console import backups


class Command(BaseCommand):
    """`backup FILE`."""

    help = "Write the whole database into a new file, with pg_dump."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Save it, or say why not."""
        try:
            backups.backup(options["file"].absolute(), say=self.stdout.write)
        except backups.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
