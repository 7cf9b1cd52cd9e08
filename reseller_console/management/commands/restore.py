"""Bring a database back from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reseller_console import backups


class Command(BaseCommand):
    """`restore FILE [--replace]`, or `restore --finish`."""

    help = "Restore a backup into an empty database, closed as ever and with nothing to send."
    # They ask a database that may not be there yet.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--finish",
            action="store_true",
            help="without FILE: make the database safe that pg_restore has just filled by hand",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="keep a database that is not empty under another name, and take its place",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it and prove it; fail when it is not sound."""
        file, say = options["file"], self.stdout.write
        if (file is None) is not options["finish"]:
            raise CommandError("Name the file to restore, or use --finish after pg_restore.")
        try:
            if file is None:
                found = backups.finish(say=say)
            else:
                found = backups.restore(file.absolute(), replace=options["replace"], say=say)
        except backups.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if found:
            raise CommandError("\n".join(["Restored, and not sound:", *found]))
        self.stdout.write("Restored, and sound.")
