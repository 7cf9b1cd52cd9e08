"""The people of the demonstration. Their password is no secret; production refuses them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from reseller_console.accounts.models import Role, User
from reseller_console.demo.calendar import Calendar
from reseller_console.lib.bulk import copy_in, ids_of
from reseller_console.lib.clock import today_in
from reseller_console.tenancy.models import Program, ProgramTerms, Reseller

PASSWORD = "console-demo-2026"  # noqa: S105 - printed by `./console up`


@dataclass(frozen=True)
class Account:
    """A person with an account; `who` is shown where the account is one to try.

    All days are counted back from today: when a person joined, was last seen, and left.
    """

    email: str
    name: str
    joined_days_ago: int
    seen_days_ago: int
    reseller: str = ""
    role: str = ""
    who: str = ""
    left_days_ago: int | None = None

    @property
    def is_ops(self) -> bool:
        """Whether it belongs to ops and to no reseller."""
        return not self.reseller


# The first manager of each reseller has been there longest: the oldest customers are theirs.
ACCOUNTS = (
    Account(
        *("alice@north.example", "Alice Adams", 3_300, 1, "North", Role.MANAGER),
        who="Alice, account manager at North",
    ),
    Account(
        *("bob@north.example", "Bob Brown", 640, 1, "North", Role.VIEWER),
        who="Bob, viewer at North",
    ),
    Account(
        *("ada@north.example", "Ada Ahlberg", 3_410, 1, "North", Role.PRIMARY),
        who="Ada, primary admin at North",
    ),
    Account(
        *("charlie@south.example", "Charlie Clark", 3_250, 1, "South", Role.MANAGER),
        who="Charlie, account manager at South",
    ),
    Account(
        *("sam@south.example", "Sam Smith", 3_380, 2, "South", Role.PRIMARY),
        who="Sam, primary admin at South",
    ),
    Account(
        *("ops@console.example", "Olga Saar", 3_500, 1),
        who="Olga, ops: Django admin and mailbox",
    ),
    Account("erik@north.example", "Erik Ekholm", 1_150, 1, "North", Role.MANAGER),
    Account("maarja@north.example", "Maarja Mets", 580, 3, "North", Role.MANAGER),
    Account("nora@north.example", "Nora Nieminen", 2_040, 6, "North", Role.ADMIN),
    Account(
        *("otto@north.example", "Otto Oja", 2_600, 75, "North", Role.MANAGER),
        left_days_ago=74,
    ),
    Account("dolores@south.example", "Dolores Díaz", 910, 2, "South", Role.MANAGER),
)
TO_TRY = tuple(account for account in ACCOUNTS if account.who)

PROGRAM = "VIP"
_BEGAN_DAYS_AGO = 3_600
TIME_ZONES = {"North": "Europe/Tallinn", "South": "America/New_York"}


def make_resellers() -> dict[str, Reseller]:
    """Make the two resellers and the program they share; return them by name."""
    program, made = Program.objects.get_or_create(name=PROGRAM)
    if made:
        ProgramTerms.objects.create(program=program, effective_on=dt.date(2015, 1, 1))
    return {name: _reseller(name, program, zone) for name, zone in TIME_ZONES.items()}


def _reseller(name: str, program: Program, time_zone: str) -> Reseller:
    reseller = Reseller.objects.create(
        name=name,
        program=program,
        time_zone=time_zone,
        support_chat_url=f"https://chat.{name.lower()}.example/",
        support_phone="+372 5550 1234" if name == "North" else "+1 212 555 0123",
        support_email=f"help@{name.lower()}.example",
    )
    reseller.created_at = _at(time_zone, _BEGAN_DAYS_AGO, 10 * 60)
    reseller.save(update_fields=["created_at"])
    return reseller


def make_people(resellers: dict[str, Reseller]) -> dict[str, User]:
    """Make the accounts, all with the one password; return them by email address."""
    # Hashing is slow on purpose; one hash will do where one password does.
    password = make_password(PASSWORD)
    people = [_user(account, resellers.get(account.reseller), password) for account in ACCOUNTS]
    for user, pk in zip(people, ids_of(User), strict=False):
        user.pk = pk
    copy_in(User, people)
    return {user.email: user for user in people}


def _user(account: Account, reseller: Reseller | None, password: str) -> User:
    time_zone = reseller.time_zone if reseller else "UTC"
    joined_at = _at(time_zone, account.joined_days_ago, 9 * 60 + 12)
    left = account.left_days_ago
    return User(
        email=account.email,
        name=account.name,
        password=password,
        reseller=reseller,
        role=account.role,
        is_staff=account.is_ops,
        is_superuser=account.is_ops,
        created_at=joined_at,
        joined_at=joined_at,
        # Later for the person who did something since (`reseller_console.demo.signing_in`).
        last_login=_at(time_zone, account.seen_days_ago, 8 * 60 + 41),
        deactivated_at=None if left is None else _at(time_zone, left, 16 * 60 + 30),
    )


def _at(time_zone: str, days_ago: int, minute: int) -> dt.datetime:
    """Return an instant a number of days ago."""
    today = today_in(time_zone)
    return Calendar(today, time_zone).instant(today - dt.timedelta(days=days_ago), minute)
