"""Loading the demonstration: all of it in one transaction, once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from authorizations.night.run import vacuum_touched
from authorizations.rules import rollup
from customers import tally
from reseller_console.accounts.models import Role, User
from reseller_console.demo import mail, scenarios
from reseller_console.demo.accounts import ACCOUNTS, make_people, make_resellers
from reseller_console.demo.admins import tell_of_admins
from reseller_console.demo.books import Books
from reseller_console.demo.everyday import Everyday, live_together
from reseller_console.demo.licenses import Hands
from reseller_console.demo.nights import take_as_told, tell_of_terms
from reseller_console.demo.reports import upload_reports
from reseller_console.demo.signing_in import remember_sign_ins
from reseller_console.demo.teller import Teller
from reseller_console.demo.terms import make_terms
from reseller_console.lib.earlier import tell_no_day
from reseller_console.tenancy.models import Reseller, VipTerms

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How many customers a reseller gets, and where those made up live."""

    customers: int
    home_countries: str


PLANS = {
    "North": Plan(2_000, "EE FI SE DE PL LV LT GB"),
    "South": Plan(300, "US CA FR ES"),
}


BESIDE = (
    "There are resellers or accounts in the database already; the demonstration only goes into"
    " an empty one. Nothing was changed."
)


class NotHere(Exception):
    """The demonstration does not belong here."""


def is_loaded() -> bool:
    """Return whether the demonstration, or part of it, is there."""
    return (
        Reseller.objects.filter(name__in=PLANS).exists()
        or User.objects.filter(email__in=[account.email for account in ACCOUNTS]).exists()
    )


def refuse_production() -> None:
    """Raise NotHere in production: everybody knows the password."""
    if settings.PRODUCTION:
        raise NotHere("The demonstration has well-known passwords; it is not for production.")


def refuse_beside_others() -> None:
    """Raise NotHere where somebody is who does not belong to the demonstration.

    A database without tables is empty; one with tables of something else is not ours.
    """
    tables = connection.introspection.table_names()
    if tables and Reseller._meta.db_table not in tables:
        raise NotHere("The database holds something else; the demonstration wants an empty one.")
    if not tables:
        return
    known = Q(reseller__name__in=PLANS) | Q(email__in=[account.email for account in ACCOUNTS])
    others = User.objects.exclude(known | Q(memberships__reseller__name__in=PLANS))
    if Reseller.objects.exclude(name__in=PLANS).exists() or others.exists():
        raise NotHere(BESIDE)


def refuse_beside_data() -> None:
    """Raise NotHere where there is a reseller or an account, of whomever."""
    refuse_beside_others()
    if connection.introspection.table_names() and is_loaded():
        raise NotHere(BESIDE)


def load(say: Say) -> None:
    """Load both resellers, relative to today; everything or nothing.

    Raises NotHere in production, and wherever a reseller or an account exists.
    """
    refuse_production()
    refuse_beside_data()
    with transaction.atomic():
        resellers = make_resellers()
        people = make_people(resellers)
        terms = make_terms(resellers["North"].program, today=resellers["North"].day().today)
        for name, plan in PLANS.items():
            started = time.monotonic()
            teller = _make_up(resellers[name], people, terms, plan)
            say(f"{name}: {len(teller.lives):,} customers made up")
            _store(teller)
            say(f"{name}: stored in {time.monotonic() - started:.1f} s altogether")
    vacuum_touched(sum(plan.customers for plan in PLANS.values()))


def _make_up(
    reseller: Reseller, people: dict[str, User], terms: list[VipTerms], plan: Plan
) -> Teller:
    managers = [
        person
        for person in people.values()
        if person.reseller == reseller
        and person.role in Role.WRITERS
        and person.deactivated_at is None
    ]
    day = reseller.day()
    seed = f"{reseller.name} of the demonstration"
    books = Books(reseller, day, seed=seed, managers=managers, vip_terms=terms)
    teller = Teller(books, home_countries=plan.home_countries)
    scenarios.tell_all(teller)
    tell_of_admins(teller)
    left = max(plan.customers - len(teller.lives), 0)
    live_together([Everyday(teller) for _ in range(left)])
    for life in teller.lives:
        life.end()
    tell_of_terms(books, teller.lives)
    return teller


def _store(teller: Teller) -> None:
    books, reseller = teller.books, teller.books.reseller
    # Told once, as it is today: nothing is known of how it was in between.
    tell_no_day()
    books.store()
    rollup.refresh(reseller, day=books.day)
    take_as_told(books)
    tally.compact(reseller.pk, today=books.day.today)
    mail.suppress_contacts(reseller)
    Hands(books).fill(teller.lives)
    upload_reports(books)
    remember_sign_ins(reseller)
