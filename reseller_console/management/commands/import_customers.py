"""Import a reseller's existing customers from a file of a spreadsheet."""

from __future__ import annotations

import datetime as dt
import sys
from argparse import ArgumentParser, ArgumentTypeError
from itertools import batched
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from authorizations.night.run import vacuum_touched
from customers import tally
from customers.actions.import_rows import Outcome, import_rows
from customers.importing.reading import OPTIONAL, REQUIRED, read
from customers.importing.rows import Checker, Row
from customers.models import Invitation
from reseller_console.accounts.models import Role, User
from reseller_console.lib.tables import encodings
from reseller_console.lib.tables.faults import Fault, Unreadable
from reseller_console.lib.tables.reader import Record, Table
from reseller_console.tenancy.models import Reseller

BATCH = 1_000
FOUND_OUT = ""


class Command(BaseCommand):
    """`import_customers FILE --reseller NAME [--dry-run] [--invite] [--by EMAIL] ...`."""

    help = (
        "Import a reseller's customers. Columns: "
        + ", ".join(REQUIRED)
        + "; optional: "
        + ", ".join(OPTIONAL)
        + ". Bad lines are reported, good ones go in; what is there already is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="a CSV file or an Excel workbook (.xlsx)")
        parser.add_argument("--reseller", required=True, help="whose customers they are, by name")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, store nothing"
        )
        parser.add_argument(
            "--invite", action="store_true", help="mail those who have not accepted"
        )
        parser.add_argument(
            "--same-name",
            action="store_true",
            help="take customers whose name another customer has, with another contact",
        )
        parser.add_argument(
            "--encoding",
            type=_encoding,
            default=FOUND_OUT,
            help="of a CSV file, such as windows-1250, where it is not read rightly",
        )
        parser.add_argument("--by", help="email of who imports and manages them unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; exit code 1 when a line was refused."""
        reseller = self._reseller(options["reseller"])
        by = self._by(options["by"], reseller)
        self.storing = {
            "manager": by if by and by.reseller_id else self._primary(reseller),
            "by": by,
            "invite": options["invite"],
            "day": reseller.day(),
            "same_name_ok": options["same_name"],
            "dry_run": options["dry_run"],
        }
        try:
            with read(options["file"], encoding=options["encoding"]) as table:
                self._show_names(table)
                total, refused = self._import(reseller, table)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if total.imported and not options["dry_run"]:
            self._tidy(reseller, reseller.day().today, total.imported)
        self._sum_up(total, refused, dry_run=options["dry_run"])
        if options["invite"]:
            self._tell_pace(reseller)
        if refused:
            sys.exit(1)

    def _show_names(self, table: Table) -> None:
        """Show how an older encoding was read, and go no further where it may be another one."""
        read_as = table.encoding
        if read_as is None or not read_as.older:
            return
        names = ", ".join(table.names_as_read())
        self.stdout.write(f"Read as {read_as.label}: {names}")
        if not read_as.certain and not self.storing["dry_run"]:
            raise CommandError(
                "The names are as likely to be in another encoding. Are they right? Then run this"
                f" again with --encoding {read_as.name}, otherwise with the right one:"
                f" {', '.join(name for name, _label in encodings.choices())}."
            )

    def _import(self, reseller: Reseller, table: Table) -> tuple[Outcome, int]:
        """Store what is right, report what is not; return what became of it."""
        checker = Checker(reseller, today=self.storing["day"].today)
        total, refused, lines_of = Outcome(), 0, _Lines()
        names: dict[str, int] = {}
        for batch in batched(table.records(), BATCH):
            rows, faults = self._sort_out(checker, batch, lines_of)
            outcome = import_rows(reseller, rows, names=names, **self.storing)
            faults += outcome.faults
            self._report(faults)
            refused += len({fault.line for fault in faults})
            total.imported += outcome.imported
            total.present += outcome.present
            self.stdout.write(f"{total.imported + total.present + refused:,} lines ...")
            self.stdout.flush()
        return total, refused

    def _sort_out(
        self, checker: Checker, batch: tuple[Record | Fault, ...], lines_of: _Lines
    ) -> tuple[list[Row], list[Fault]]:
        """Part good rows from faults; what is in the file twice is good only once."""
        rows: list[Row] = []
        faults: list[Fault] = []
        for record in batch:
            checked = [record] if isinstance(record, Fault) else checker.check(record)
            if isinstance(checked, list):
                faults += checked
                continue
            repeated = lines_of.repeated(checked)
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

    def _tell_pace(self, reseller: Reseller) -> None:
        """Say when the last of the invitations that wait goes out."""
        waiting = Invitation.objects.filter(
            reseller=reseller, in_bulk=True, email__not_before_at__gt=timezone.now()
        )
        last = waiting.aggregate(last=Max("email__not_before_at"))["last"]
        if last is not None:
            most = reseller.limit("invitations_per_reseller_hour")
            self.stdout.write(
                f"{waiting.count():,} invitations are waiting; up to {most:,} go out per hour,"
                f" the last at {last:%Y-%m-%d %H:%M} UTC."
                " A higher limit applies to later imports only."
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


class _Lines:
    """On which line of the file each customer and each VIP ID stands first."""

    def __init__(self) -> None:
        self._first: dict[object, int] = {}

    def repeated(self, row: Row) -> list[Fault]:
        """Return a fault when an earlier line has the same customer; remember it otherwise."""
        marks: list[tuple[str, object, str]] = [
            ("organization_name", row.key, "organization and contact")
        ]
        if row.vip_id:
            marks.append(("vip_id", row.vip_id, "VIP ID"))
        for column, mark, same in marks:
            if mark in self._first:
                reason = f"the same {same} as on line {self._first[mark]}."
                return [Fault(row.line, column, reason)]
        self._first |= {mark: row.line for _column, mark, _same in marks}
        return []


def _encoding(name: str) -> str:
    known = encodings.known(name) if name else FOUND_OUT
    if known is None:
        names = ", ".join(name for name, _label in encodings.choices())
        raise ArgumentTypeError(f"“{name}” is no encoding known here. Known are {names}.")
    return known
