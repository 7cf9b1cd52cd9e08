"""Print what is stored about a person, or erase it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from authorizations.actions.erase import erase_person
from authorizations.persons.export import export
from authorizations.persons.found import find
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


class Command(BaseCommand):
    """`person_data ADDRESS`: JSON; with `--erase --by OPS --reason WHY` erases name and address."""

    help = "Print what is stored about a person as JSON, or erase the person's name and address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and for erasing who does it and why."""
        parser.add_argument("address")
        parser.add_argument("--erase", action="store_true")
        parser.add_argument("--by", help="email address of the ops account that answers for it")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or erase; raise CommandError with the reason why not."""
        if options["erase"]:
            self._erase(options)
            return
        found = find(options["address"])
        if not found:
            raise CommandError("No one with this email address was found. Check the spelling.")
        self.stdout.write(
            json.dumps(export(found), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        )

    def _erase(self, options: dict[str, Any]) -> None:
        by = User.objects.with_address(options["by"] or "").filter(is_superuser=True).first()
        if by is None or not by.is_active:
            raise CommandError("--by has to be the address of an active ops account.")
        try:
            erasure = erase_person(options["address"], reason=options["reason"], by=by)
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Erased; {erasure.placeholder} stands for the person now.")
