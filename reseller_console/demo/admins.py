"""Customers whose VIP admins can be tried: their side of the console."""

from __future__ import annotations

from dataclasses import dataclass

from authorizations.models import Unit
from authorizations.rules.status import STOPS
from reseller_console.accounts.models import User
from reseller_console.demo.asking import Lines
from reseller_console.demo.life import Life
from reseller_console.demo.members import Admin
from reseller_console.demo.teller import Teller
from reseller_console.tenancy.models import Segment


@dataclass(frozen=True)
class AdminAccount:
    """A VIP admin to try, as `./console up` lists them."""

    email: str
    name: str
    who: str
    language: str = "en"


VERA = AdminAccount(
    "vera@linden.example", "Vera Vaher", "Vera, VIP admin of two customers of North"
)
VIKTOR = AdminAccount(
    "viktor@linden.example", "Viktor Vask", "Viktor, second VIP admin of Vera's customer", "et"
)
OLAF = AdminAccount(
    "olaf@harbour.example", "Olaf Brandt", "Olaf, VIP admin of another customer of North", "de"
)
ADMINS = (VERA, VIKTOR, OLAF)
RESELLER = "North"


def tell_of_admins(teller: Teller) -> None:
    """Tell of everyone in ADMINS; at their reseller only."""
    if teller.books.reseller.name != RESELLER:
        return
    vera = _with_two_admins(teller)
    _with_new_terms(teller, vera)
    _with_suspended_licenses(teller)


def _admin(teller: Teller, account: AdminAccount) -> Admin:
    password = teller.books.managers[0].password
    return Admin(account.email, account.name, password, account.language)


def _organization(teller: Teller, account: AdminAccount, invited_days_ago: int) -> Life:
    return teller.life(
        teller.ago(invited_days_ago),
        manager=teller.books.managers[0],
        segment=Segment.COMMERCIAL.value,
        contact=_admin(teller, account),
    )


def _some(life: Life, quantities: tuple[int, ...]) -> Lines:
    """Return so many licenses of the first products that are given to people."""
    customer = life.customer
    offered = life.books.products_for(customer.segment, tuple(customer.offerings))
    least = [row for row in offered if row.minimum_quantity == 1 and row.unit == Unit.USER]
    return dict(zip(least, quantities, strict=False))


def _with_two_admins(teller: Teller) -> User:
    """Healthy: paid licenses, a request of their own that waits for its order."""
    life = _organization(teller, VERA, 320)
    vera = life.accept(teller.ago(318), admin=_admin(teller, VERA))
    first = teller.authorize(life, teller.ago(310), _some(life, (12, 5, 3)))
    life.order([first], teller.ago(300))
    life.add_admin(teller.ago(200), _admin(teller, VIKTOR))
    more = teller.authorize(life, teller.ago(90), _some(life, (4, 2)))
    life.order([more], teller.ago(80))
    life.catch_up(teller.ago(12), by=vera)
    teller.authorize(life, teller.ago(6), _some(life, (3,)), requested_by=vera)
    return vera


def _with_new_terms(teller: Teller, vera: User) -> None:
    """The same person's second organization; the newest terms wait to be accepted."""
    life = teller.life(
        teller.ago(150), manager=teller.books.managers[0], segment=Segment.COMMERCIAL.value
    )
    life.accept(teller.ago(149))
    life.add_existing_admin(teller.ago(140), vera)
    first = teller.authorize(life, teller.ago(120), _some(life, (6, 4)))
    life.order([first], teller.ago(110))


def _with_suspended_licenses(teller: Teller) -> None:
    """Past due: more people hold licenses than work today, and nothing can be requested."""
    life = _organization(teller, OLAF, 260)
    olaf = life.accept(teller.ago(259), admin=_admin(teller, OLAF))
    first = teller.authorize(life, teller.ago(250), _some(life, (5, 2)))
    life.order([first], teller.ago(240))
    stopped = teller.created_for(STOPS, teller.ago(5))
    teller.authorize(life, stopped, _some(life, (4,)), requested_by=olaf)
    life.catch_up(teller.ago(4), by=olaf)
