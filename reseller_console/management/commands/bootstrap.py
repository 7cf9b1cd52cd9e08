"""The first steps of a new console, by prompts or by options."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from notifications.sending import provider
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.management import first_steps
from reseller_console.tenancy.models import Reseller
from reseller_console.tenancy.models.resellers import validate_time_zone


class Command(BaseCommand):
    """`bootstrap [--no-input] [--reseller NAME --time-zone ZONE --admin-email ... ]`."""

    help = "Make the first ops account, program, VIP terms, reseller and its admin; try the mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options; what is missing is asked for, or named with `--no-input`."""
        add = parser.add_argument
        add("--no-input", action="store_true", help="ask nothing: what is missing is an error")
        add("--ops-email", help="address of the first ops account")
        add("--ops-name", help="name of its owner", default="Ops")
        add("--ops-password-file", type=Path, help="its password; else a link is mailed")
        add("--program", help="name of the program", default="VIP")
        add("--reseller", help="name of the first reseller")
        add("--time-zone", help="its calendar, such as Europe/Tallinn")
        add("--admin-email", help="address of its first admin, who is invited")
        add("--admin-name", help="their name", default="")
        add("--terms", action="append", default=[], help="VIP terms: FILE, or LANGUAGE=FILE")
        add("--test-email", help="send a test email there, and say what the provider answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the steps, all or none of them; then try the mail."""
        self.options = options
        wishes = self._wishes()
        try:
            lines = first_steps.take(wishes)
        except ActionRefused as refused:
            raise CommandError(f"{refused} Nothing was created.") from None
        for line in lines:
            self.stdout.write(line)
        if not any(line.startswith("made:") for line in lines):
            self.stdout.write("There was nothing left to do.")
        for trouble in settings.MAIL_TROUBLES:
            self.stderr.write(f"WARNING: {trouble}")
        if options["test_email"]:
            self._try_mail(options["test_email"])

    def _wishes(self) -> first_steps.Wishes:
        needed = {"reseller": "Name of the first reseller"}
        self._ask(needed)
        if not Reseller.objects.filter(name=self.options["reseller"]).exists():
            needed["time_zone"] = "Its time zone, such as Europe/Tallinn"
        if not first_steps.has_ops():
            needed["ops_email"] = "Email address of the first ops account"
        if not first_steps.has_admin(self.options["reseller"] or ""):
            needed["admin_email"] = "Email address of the reseller's first admin"
        self._ask(needed)
        missing = [f"--{name.replace('_', '-')}" for name in needed if not self.options[name]]
        if missing:
            raise CommandError(f"Missing: {', '.join(missing)}. Nothing was created.")
        self._check(needed)
        names = ("program", "reseller", "time_zone", "ops_email", "ops_name")
        given = {name: self.options[name] or "" for name in (*names, "admin_email", "admin_name")}
        password = self._password() if "ops_email" in needed else ""
        return first_steps.Wishes(**given, ops_password=password, terms=self._terms())

    def _ask(self, needed: dict[str, str]) -> None:
        """Ask for what is missing, at a terminal."""
        for name, question in needed.items():
            if not self.options[name] and not self.options["no_input"]:
                self.options[name] = input(f"{question}: ").strip()

    def _check(self, needed: dict[str, str]) -> None:
        checks: dict[str, Callable[[str], object]] = {"time_zone": validate_time_zone}
        checks |= {"ops_email": validate_email, "admin_email": validate_email}
        for name, check in checks.items():
            if name in needed:
                self._valid(check, self.options[name], f"--{name.replace('_', '-')}")

    def _valid(self, check: Any, value: object, what: str, **more: object) -> None:
        try:
            check(value, **more)
        except ValidationError as error:
            raise CommandError(f"{what}: {' '.join(error.messages)} Nothing was created.") from None

    def _password(self) -> str:
        """Return the password for the first ops account; blank where a link is to be mailed."""
        file = self.options["ops_password_file"]
        if file:
            password = self._read(file).strip()
        elif self.options["no_input"]:
            return ""
        else:
            password = getpass.getpass("Its password (blank: mail a link to choose one): ")
            if password and password != getpass.getpass("Once more: "):
                raise CommandError("The two passwords differ. Nothing was created.")
        if password:
            owner = User(email=self.options["ops_email"], name=self.options["ops_name"])
            self._valid(validate_password, password, "The password", user=owner)
        return password

    def _terms(self) -> dict[str, str]:
        words = {}
        for given in self.options["terms"]:
            language, marked, path = given.rpartition("=")
            if marked and language not in dict(settings.LANGUAGES):
                raise CommandError(
                    f"--terms: {language!r} is not a language of the console. Nothing was created."
                )
            words[language or "en"] = self._read(Path(path)).strip()
        return words

    def _read(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}. Nothing was created.") from None

    def _try_mail(self, address: str) -> None:
        self._valid(validate_email, address, "--test-email")
        outcome = provider.try_out(address)
        told = f"test email to {address}: {outcome.kind.value}. {outcome.reason}".strip()
        if outcome.kind.value != "sent":
            raise CommandError(f"{told} Everything else was done; run it again for the mail.")
        self.stdout.write(told)
