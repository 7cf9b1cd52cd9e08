"""Bring the message catalogs in step with what the console says."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """`messages [--check]`."""

    help = "Extract the messages, update locale/*/django.po and compile them."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when something is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Update every language and say what is still to be translated."""
        try:
            from reseller_console.catalogs import extraction, files
        except ModuleNotFoundError as missing:
            raise CommandError(f"This is a tool for development: {missing}.") from missing
        root = settings.BASE_DIR
        try:
            found = extraction.messages(root)
        except extraction.NotTranslatable as refusal:
            raise CommandError(str(refusal)) from refusal
        wanting = 0
        for language in files.languages():
            catalog = files.updated(files.read(root, language), found)
            po, mo = files.written(catalog), files.compiled(catalog)
            for suffix, content in ((".po", po), (".mo", mo)):
                path = files.path_of(root, language, suffix)
                current = path.read_bytes() if path.exists() else None
                if options["check"] and current != content:
                    self.stdout.write(f"{path.relative_to(root)} is not in step.")
                    wanting += 1
                elif current != content:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
            missing_entries = files.untranslated(catalog)
            wanting += len(missing_entries)
            for entry in missing_entries:
                self.stdout.write(f"{language}: not translated: {entry.id!r}")
            self.stdout.write(f"{language}: {len(catalog)} messages")
        if options["check"] and wanting:
            raise CommandError("Run `./console messages` and translate what it lists.")
