"""Run the nightly job by hand."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from authorizations.night.due import run_by_hand
from authorizations.night.run import AlreadyRunning
from reseller_console.tenancy.models import Reseller


class Command(BaseCommand):
    """`nightly [--reseller NAME] [--as-of YYYY-MM-DD]`."""

    help = "Run the night of every reseller, or of one, for today or for a given day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--reseller", help="only this reseller, by name")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, help="the day, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the nights, saying a line a step.

        One that somebody else is running is left to them; fails when it is the only one asked for.
        """
        resellers = Reseller.objects.select_related("program").order_by("name")
        if options["reseller"]:
            resellers = resellers.filter(name=options["reseller"])
            if not resellers:
                raise CommandError(f"There is no reseller called {options['reseller']}.")
        for reseller in resellers:
            self.stdout.write(f"{reseller}")
            try:
                run = run_by_hand(
                    reseller,
                    today=options["as_of"],
                    say=lambda line: self.stdout.write(f"  {line}"),
                )
            except AlreadyRunning as running:
                if options["reseller"]:
                    raise CommandError(str(running)) from running
                self.stdout.write(f"  {running}")
                continue
            self.stdout.write(f"  done in {run.seconds} s, drift {run.drift}")
