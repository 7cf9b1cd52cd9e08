"""Begins lives: takes the next organization, makes up contact and address, picks products."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError

from authorizations.models import PurchaseAuthorization
from authorizations.rules.dates import born_with
from authorizations.rules.edges import Edge
from customers.actions.invite import CustomerDetails
from customers.models import Offering
from customers.organization.names import clean_organization_name
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.demo.asking import Lines
from reseller_console.demo.books import Books
from reseller_console.demo.life import Life
from reseller_console.demo.members import Admin
from reseller_console.demo.organizations import Organization, organizations
from reseller_console.demo.people import email_of, person_in
from reseller_console.demo.places import address_in
from reseller_console.lib.calendar import YEAR, add_months
from reseller_console.tenancy.models import Segment

_TEAM, _ENTERPRISE = Offering.TEAM.value, Offering.ENTERPRISE.value
_OFFERINGS = ((_TEAM,), (_TEAM,), (_TEAM,), (_ENTERPRISE,), (_TEAM, _ENTERPRISE))
_PLACES = [
    "Amber",
    "Birch",
    "Cedar",
    "Delta",
    "Elm",
    "Falcon",
    "Granite",
    "Harbour",
    "Island",
    "Juniper",
    "Kestrel",
    "Lagoon",
    "Maple",
    "Northwind",
    "Orchard",
    "Pine",
    "Quartz",
    "River",
    "Summit",
    "Tern",
    "Upland",
    "Valley",
    "Willow",
    "Yarrow",
    "Zenith",
]
_TRADES = [
    "Analytics",
    "Architects",
    "Books",
    "Ceramics",
    "Design",
    "Engineering",
    "Film",
    "Foods",
    "Games",
    "Insurance",
    "Interiors",
    "Logistics",
    "Marine",
    "Media",
    "Optics",
    "Packaging",
    "Press",
    "Robotics",
    "Solar",
    "Studios",
    "Textiles",
    "Timber",
    "Travel",
]
_FORMS = {
    "EE": "OÜ",
    "FI": "Oy",
    "SE": "AB",
    "DE": "GmbH",
    "PL": "Sp. z o.o.",
    "LV": "SIA",
    "LT": "UAB",
    "GB": "Ltd",
    "US": "Inc.",
    "CA": "Corp.",
    "FR": "SARL",
    "ES": "S.L.",
}
_PO_FORMS = ("PO-{year}-{number:04}", "450012{number:04}", "{year}/{number:04}-IT", "")
_OFFICES = (
    "Municipality of {place}",
    "{place} County Council",
    "{place} Regional Police",
    "{place} Water Authority",
    "City of {place}",
    "{place} District Court",
)


class Teller:
    """Tells lives into the books of one reseller."""

    def __init__(self, books: Books, *, home_countries: str) -> None:
        self.books = books
        self.rng: random.Random = books.rng
        self.today = books.day.today
        self.lives: list[Life] = []
        self._home = home_countries.split()
        self._schools = self._shuffled_schools()
        self._made_up: set[str] = set()

    def ago(self, days: int) -> dt.date:
        """Return the date a number of days before today (after it, when negative)."""
        return self.today - dt.timedelta(days=days)

    def life(
        self,
        invited_on: dt.date,
        *,
        manager: User | None = None,
        segment: str = "",
        custom_on: dt.date | None = None,
        became: Delivery | None = None,
        contact: Admin | None = None,
    ) -> Life:
        """Invite the next organization."""
        segment = segment or self._segment()
        details = self._details(segment)
        life = Life(
            self.books,
            details if contact is None else contact.as_contact_of(details),
            invited_on=invited_on,
            manager=manager or self._manager(invited_on),
            custom_on=custom_on,
            became=became,
        )
        self.lives.append(life)
        return life

    def bought(
        self,
        anniversary: dt.date,
        *,
        lines: int = 2,
        segment: str = "",
        manager: User | None = None,
    ) -> Life:
        """Invite a person whose first PA, 12 months before `anniversary`, is ordered.

        Where no PA can have set that date (29 February), it is a custom one.
        """
        start = add_months(anniversary, -YEAR)
        reachable = add_months(start, YEAR) == anniversary
        invited_on = start - dt.timedelta(days=12) if reachable else add_months(start, -1)
        custom_on = None if reachable else anniversary
        life = self.life(invited_on, custom_on=custom_on, segment=segment, manager=manager)
        life.accept(start - dt.timedelta(days=4))
        authorization = self.authorize(life, start, self.lines(life, lines))
        life.order([authorization], min(start + dt.timedelta(days=6), self.today))
        return life

    def lines(self, life: Life, most: int = 3) -> Lines:
        """Return up to `most` products the customer can have, with likely quantities."""
        customer = life.customer
        products = self.books.products_for(customer.segment, tuple(customer.offerings))
        chosen = self.rng.sample(products, min(self.rng.randint(1, most), len(products)))
        return {product: self._quantity(product.minimum_quantity) for product in chosen}

    def created_for(self, edge: Edge, on: dt.date) -> dt.date:
        """Return the date of a first PA something of which begins on a day."""
        born = born_with(self.today, terms=self.books.day.terms, anniversary=None, day=None)
        return on - (edge.of(born) - self.today)

    def anniversary_rolling(self, on: dt.date) -> dt.date:
        """Return the anniversary date that moves on automatically on a day."""
        return on - (self.books.day.terms.rolls_on(self.today) - self.today)

    def authorize(
        self,
        life: Life,
        on: dt.date,
        lines: Lines | None = None,
        *,
        requested_by: User | None = None,
    ) -> PurchaseAuthorization:
        """Create a PA with a PO number as the customer writes them; likely lines unless given."""
        lines = lines or self.lines(life)
        number = self._po_number(life, on)
        return life.authorize(on, lines, po_number=number, requested_by=requested_by)

    def _po_number(self, life: Life, on: dt.date) -> str:
        """Return a PO number; a customer writes all of them in one form, or gives none."""
        form = _PO_FORMS[int(life.customer.vip_id[-1], 16) % len(_PO_FORMS)]
        return self.books.po_number(form, on.year) if form else ""

    def _quantity(self, least: int) -> int:
        usual = self.rng.choice((1, 2, 3, 5, 5, 8, 10, 12, 15, 20, 25, 40, 60, 120))
        return least + usual - 1 if least > 1 else usual

    def _manager(self, on: dt.date) -> User:
        """Return a person who worked there on that day already."""
        # The first one is who tries the demonstration: a good part is theirs.
        if self.rng.random() < 0.25:
            return self.books.managers[0]
        date_of = self.books.calendar.date_of
        there = [
            one for one in self.books.managers if one.joined_at and date_of(one.joined_at) < on
        ]
        return self.rng.choice(there)

    def _segment(self) -> str:
        return self.rng.choices(
            (Segment.EDUCATION.value, Segment.COMMERCIAL.value, Segment.GOVERNMENT.value),
            (75, 17, 8),
        )[0]

    def _details(self, segment: str) -> CustomerDetails:
        organization = self._organization(segment)
        person = person_in(organization.country, self.rng)
        # No two of both resellers are alike: addresses are made of it.
        number = 2 * len(self.lives) + 1 + self.books.reseller.pk % 2
        return CustomerDetails(
            name=clean_organization_name(organization.name),
            segment=segment,
            offerings=list(self.rng.choice(_OFFERINGS)),
            contact_first_name=person.first_name,
            contact_last_name=person.last_name,
            contact_email=email_of(person, organization.name, number),
            language=person.language if person.language in dict(settings.LANGUAGES) else "en",
            **address_in(organization.country, self.rng, region=organization.region),
        )

    def _organization(self, segment: str) -> Organization:
        if segment == Segment.EDUCATION:
            return next(self._schools)
        while True:
            organization = self._make_up(segment)
            if organization.name not in self._made_up:
                self._made_up.add(organization.name)
                return organization

    def _make_up(self, segment: str) -> Organization:
        country = self.rng.choice(self._home)
        place = self.rng.choice(_PLACES)
        if segment == Segment.GOVERNMENT:
            places = f"{place}{self.rng.choice(('field', 'ford', 'holm', 'mere', 'port', 'wick'))}"
            name = self.rng.choice(_OFFICES).format(place=places)
        else:
            name = f"{place} {self.rng.choice(_TRADES)} {_FORMS[country]}"
        return Organization(name, country, "")

    def _shuffled_schools(self) -> Iterator[Organization]:
        """Yield real organizations, those near the reseller more often; none twice."""
        schools = list(organizations())
        self.rng.shuffle(schools)
        schools.sort(key=lambda one: one.country not in self._home and self.rng.random() < 0.7)
        for organization in schools:
            try:
                clean_organization_name(organization.name)
            except ValidationError:
                continue
            yield organization
