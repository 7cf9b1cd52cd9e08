"""Import a reseller's existing customers from a CSV file."""

from __future__ import annotations

import datetime as dt
import sys
from argparse import ArgumentParser
from itertools import batched
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from authorizations.night.run import vacuum_touched
from customers import tally
from customers.actions.import_rows import Outcome, import_rows
from customers.importing.reading import OPTIONAL, REQUIRED, Fault, Unreadable, read
from customers.importing.rows import Checker, Row
from reseller_console.accounts.models import Role, User
from reseller_console.tenancy.models import Reseller

BATCH = 1_000


class Command(BaseCommand):
    """`import_customers FILE.csv --reseller NAME [--dry-run] [--invite] [--by EMAIL]`."""

    help = (
        "Import a reseller's customers. Columns: "
        + ", ".join(REQUIRED)
        + "; optional: "
        + ", ".join(OPTIONAL)
        + ". Bad lines are reported, good ones go in; what is there already is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8")
        parser.add_argument("--reseller", required=True, help="whose customers they are, by name")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, store nothing"
        )
        parser.add_argument(
            "--invite", action="store_true", help="mail those who have not accepted"
        )
        parser.add_argument("--by", help="email of who imports and manages them unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; exit code 1 when a line was refused."""
        reseller = self._reseller(options["reseller"])
        by = self._by(options["by"], reseller)
        manager = by if by and by.reseller_id else self._primary(reseller)
        day = reseller.day()
        checker = Checker(reseller, today=day.today)
        refused, total = 0, Outcome()
        lines_of: dict[object, int] = {}
        try:
            for batch in batched(read(options["file"]), BATCH):
                rows, faults = self._sort_out(checker, batch, lines_of)
                outcome = import_rows(
                    reseller,
                    rows,
                    manager=manager,
                    by=by,
                    invite=options["invite"],
                    day=day,
                    dry_run=options["dry_run"],
                )
                faults += outcome.faults
                self._report(faults)
                refused += len({fault.line for fault in faults})
                total.imported += outcome.imported
                total.present += outcome.present
                done = total.imported + total.present + refused
                self.stdout.write(f"{done:,} lines ...")
                self.stdout.flush()
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if total.imported and not options["dry_run"]:
            self._tidy(reseller, day.today, total.imported)
        self._sum_up(total, refused, dry_run=options["dry_run"])
        if refused:
            sys.exit(1)

    def _sort_out(
        self, checker: Checker, batch: tuple, lines_of: dict[object, int]
    ) -> tuple[list[Row], list[Fault]]:
        """Part good rows from faults; what is in the file twice is good only once."""
        rows: list[Row] = []
        faults: list[Fault] = []
        for record in batch:
            checked = [record] if isinstance(record, Fault) else checker.check(record)
            if isinstance(checked, list):
                faults += checked
                continue
            repeated = _repeated(checked, lines_of)
            faults += repeated
            rows += [] if repeated else [checked]
        return rows, faults

    def _tidy(self, reseller: Reseller, today: dt.date, imported: int) -> None:
        """Leave the table and the rail's tally as quick to read as the night would."""
        with transaction.atomic():
            tally.compact(reseller.pk, today=today)
        vacuum_touched(imported)

    def _report(self, faults: list[Fault]) -> None:
        for fault in sorted(faults, key=lambda fault: fault.line):
            self.stdout.write(str(fault))

    def _sum_up(self, total: Outcome, refused: int, *, dry_run: bool) -> None:
        verb = "would be imported" if dry_run else "imported"
        self.stdout.write(
            f"{total.imported:,} {verb}, {total.present:,} already there, {refused:,} refused"
        )

    def _reseller(self, name: str) -> Reseller:
        found = Reseller.objects.select_related("program").filter(name=name).first()
        if found is None:
            raise CommandError(f"There is no reseller called {name}.")
        return found

    def _by(self, email: str | None, reseller: Reseller) -> User | None:
        if email is None:
            return None
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        colleague = user and user.reseller_id == reseller.pk and user.may_write
        if user is None or not (colleague or user.is_superuser):
            raise CommandError(f"{email} is nobody who may add customers for {reseller}.")
        return user

    def _primary(self, reseller: Reseller) -> User:
        primary = User.objects.filter(reseller=reseller, role=Role.PRIMARY).first()
        if primary is None:
            raise CommandError(f"{reseller} has no primary admin to manage them; use --by.")
        return primary


def _repeated(row: Row, lines_of: dict[object, int]) -> list[Fault]:
    """Return a fault when an earlier line has the same customer; remember this line otherwise."""
    marks: list[tuple[str, object]] = [("organization_name", row.key)]
    if row.vip_id:
        marks.append(("vip_id", row.vip_id))
    for column, mark in marks:
        if mark in lines_of:
            same = "VIP ID" if column == "vip_id" else "organization and contact"
            return [Fault(row.line, column, f"the same {same} as on line {lines_of[mark]}.")]
    for _, mark in marks:
        lines_of[mark] = row.line
    return []
