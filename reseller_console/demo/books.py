"""The rows of the demonstration while they are made up, and how they are stored at last."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from functools import cache

from django.db import models

from authorizations.models import (
    AuthorizationLine,
    DroppedRenewal,
    Notice,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
    RenewalContact,
    ReturnedLine,
)
from authorizations.numbers import ALPHABET, LENGTH, PREFIX
from customers.models import (
    Customer,
    CustomerEvent,
    Invitation,
    Membership,
    TermsAcceptance,
)
from customers.organization.vip_ids import VIP_ID_LENGTH, is_text_to_spreadsheets
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.demo.calendar import Calendar
from reseller_console.lib.bulk import analyze, copy_in, ids_of
from reseller_console.tenancy.models import Day, Reseller, VipTerms

# Each after those it refers to.
_IN_ORDER: tuple[type[models.Model], ...] = (
    User,
    Customer,
    Email,
    Invitation,
    Membership,
    TermsAcceptance,
    Order,
    PurchaseAuthorization,
    AuthorizationLine,
    OrderLine,
    ReturnedLine,
    DroppedRenewal,
    RenewalContact,
    Notice,
    CustomerEvent,
)
OPENING_MINUTE, CLOSING_MINUTE = 8 * 60 + 30, 17 * 60


class Books:
    """Everything made up for one reseller; the same seed makes the same books."""

    def __init__(
        self,
        reseller: Reseller,
        day: Day,
        *,
        seed: str,
        managers: list[User],
        vip_terms: list[VipTerms],
    ) -> None:
        self.reseller = reseller
        self.day = day
        self.rng = random.Random(seed)  # noqa: S311 - nothing here is secret
        self.managers = managers
        self.vip_terms = vip_terms
        self.rows: dict[type[models.Model], list[models.Model]] = {m: [] for m in _IN_ORDER}
        self._ids: dict[type[models.Model], Iterator[int]] = {m: ids_of(m) for m in _IN_ORDER}
        self._taken: set[str] = set()
        self.calendar = Calendar(day.today, reseller.time_zone)
        self.products = list(Product.objects.all())

    def add[Row: models.Model](self, row: Row) -> Row:
        """Give a row its id and keep it; rows that refer to it can be made from now on."""
        row.pk = next(self._ids[type(row)])
        self.rows[type(row)].append(row)
        return row

    def store(self) -> None:
        """Store everything."""
        for model in _IN_ORDER:
            copy_in(model, self.rows[model])
        analyze(*_IN_ORDER)

    def instant(self, date: dt.date, minute: int) -> dt.datetime:
        """Return an instant on a day of the reseller; raises ValueError for a day to come."""
        return self.calendar.instant(date, minute)

    def minute(self) -> int:
        """Return a minute of the working day."""
        return self.rng.randint(OPENING_MINUTE, CLOSING_MINUTE)

    def products_for(self, segment: str, offerings: tuple[str, ...]) -> list[Product]:
        """Return what a customer can have by PA, without the sizes of whole districts."""
        return self._choice(segment, offerings, by_authorization=True)

    def without_authorization(self, segment: str, offerings: tuple[str, ...]) -> list[Product]:
        """Return what a customer can only have by an order without PA."""
        return self._choice(segment, offerings, by_authorization=False)

    @cache  # noqa: B019 - as many entries as there are kinds of customers
    def _choice(
        self, segment: str, offerings: tuple[str, ...], *, by_authorization: bool
    ) -> list[Product]:
        return [
            product
            for product in self.products
            if segment in product.segments
            and product.offering in offerings
            and product.by_authorization is by_authorization
            and product.minimum_quantity <= 100
        ]

    def vip_id(self) -> str:
        """Return a VIP ID no one has."""

        def draw() -> str:
            drawn = ""
            while not is_text_to_spreadsheets(drawn):
                drawn = f"{self.rng.getrandbits(4 * VIP_ID_LENGTH):0{VIP_ID_LENGTH}X}"
            return drawn

        return self._free(draw)

    def authorization_number(self) -> str:
        """Return a PA number no other one has."""
        return self._free(lambda: PREFIX + "".join(self.rng.choices(ALPHABET, k=LENGTH)))

    def order_number(self) -> str:
        """Return an order number no other order has."""
        return self._free(lambda: f"92{self.rng.randrange(10**8):08d}")

    def return_number(self) -> str:
        """Return a return authorization number no other one has."""
        return self._free(lambda: f"RMA-{self.rng.randrange(10**7):07d}")

    def po_number(self, form: str, year: int) -> str:
        """Return a PO number no other PA has, of a form with `year` and `number`."""
        return self._free(lambda: form.format(year=year, number=self.rng.randrange(1, 10_000)))

    def _free(self, draw: Callable[[], str]) -> str:
        while (number := draw()) in self._taken:
            pass
        self._taken.add(number)
        return number
