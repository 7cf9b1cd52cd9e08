"""The people of the demonstration. Their password is no secret; production refuses them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from reseller_console.accounts.models import User
from reseller_console.accounts.roles import Role
from reseller_console.tenancy.models import Program, ProgramTerms, Reseller

PASSWORD = "console-demo-2026"  # noqa: S105 - printed by `./console up`


@dataclass(frozen=True)
class Account:
    """Somebody with an account; `who` is told where the account is one to try."""

    email: str
    name: str
    reseller: str = ""
    role: str = ""
    who: str = ""
    left: bool = False

    @property
    def is_ops(self) -> bool:
        """Whether it belongs to ops and to no reseller."""
        return not self.reseller


ACCOUNTS = (
    Account(
        "alice@north.example",
        "Alice Adams",
        "North",
        Role.MANAGER,
        "Alice, account manager at North",
    ),
    Account("bob@north.example", "Bob Brown", "North", Role.VIEWER, "Bob, viewer at North"),
    Account(
        "ada@north.example", "Ada Ahlberg", "North", Role.PRIMARY, "Ada, primary admin at North"
    ),
    Account(
        "charlie@south.example",
        "Charlie Clark",
        "South",
        Role.MANAGER,
        "Charlie, account manager at South",
    ),
    Account("sam@south.example", "Sam Smith", "South", Role.PRIMARY, "Sam, primary admin at South"),
    Account("ops@console.example", "Olga Ops", who="Olga, ops: Django admin and mailbox"),
    Account("erik@north.example", "Erik Ekholm", "North", Role.MANAGER),
    Account("maarja@north.example", "Maarja Mets", "North", Role.MANAGER),
    Account("nora@north.example", "Nora Nieminen", "North", Role.ADMIN),
    Account("otto@north.example", "Otto Oja", "North", Role.MANAGER, left=True),
    Account("dolores@south.example", "Dolores Díaz", "South", Role.MANAGER),
)
TO_TRY = tuple(account for account in ACCOUNTS if account.who)

PROGRAM = "VIP"
TIME_ZONES = {"North": "Europe/Tallinn", "South": "America/New_York"}


def make_resellers() -> dict[str, Reseller]:
    """Make the two resellers and the program they share; return them by name."""
    program, made = Program.objects.get_or_create(name=PROGRAM)
    if made:
        ProgramTerms.objects.create(program=program, effective_on=dt.date(2015, 1, 1))
    return {
        name: Reseller.objects.create(
            name=name,
            program=program,
            time_zone=zone,
            support_chat_url=f"https://chat.{name.lower()}.example/",
            support_phone="+372 5550 1234" if name == "North" else "+1 212 555 0123",
            support_email=f"help@{name.lower()}.example",
        )
        for name, zone in TIME_ZONES.items()
    }


def make_people(resellers: dict[str, Reseller]) -> dict[str, User]:
    """Make the accounts, all with the one password; return them by email address."""
    now = timezone.now()
    # Hashing is slow on purpose; one hash will do where one password does.
    password = make_password(PASSWORD)
    people = [
        User(
            email=account.email,
            name=account.name,
            password=password,
            reseller=resellers.get(account.reseller),
            role=account.role,
            is_staff=account.is_ops,
            is_superuser=account.is_ops,
            joined_at=now,
            deactivated_at=now if account.left else None,
        )
        for account in ACCOUNTS
    ]
    return {user.email: user for user in User.objects.bulk_create(people)}
