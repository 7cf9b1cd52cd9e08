"""From the lines of a list to people and products, by the rules of the dialog."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from authorizations.importing.reading import ADDRESS, NAME, PRODUCT, Reading, Record
from authorizations.licenses.people import Named, clean_address, clean_name
from authorizations.models import Product
from reseller_console.lib.tables.faults import Fault
from reseller_console.lib.text import fold

_PARTED = re.compile(r"\s*[,;|\r\n]\s*")


@dataclass(frozen=True)
class Row:
    """A person who is to get a license of a product, checked."""

    line: int
    named: Named
    product: Product

    @property
    def key(self) -> tuple[int, str]:
        """What makes two lines the same."""
        return self.product.pk, self.named.key


class Catalog:
    """A customer's products by the names they are called in lists."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._named: dict[str, set[Product]] = defaultdict(set)
        for product in products:
            offering = str(product.get_offering_display())
            for name in (
                product.name,
                f"{product.name} {offering}",
                f"{product.name} ({offering})",
            ):
                self._named[fold(name)].add(product)

    def find_all(self, text: str) -> list[Product]:
        """Return the products a cell names, one or several; raises ValidationError.

        Several are parted by commas, semicolons, bars or line breaks; a name with a comma in it
        is found all the same. Each name that is not known is told.
        """
        if fold(text) in self._named or not _PARTED.search(text):
            return [self.find(text)]
        parts = [part for part in _PARTED.split(text) if part.strip(" ,;|")]
        found: dict[int, Product] = {}
        errors: list[ValidationError] = []
        while parts:
            # The longest name first: it may have a comma of its own.
            count = next(
                (n for n in range(len(parts), 1, -1) if fold(", ".join(parts[:n])) in self._named),
                1,
            )
            try:
                product = self.find(", ".join(parts[:count]))
                found[product.pk] = product
            except ValidationError as error:
                errors.append(error)
            parts = parts[count:]
        if errors or not found:
            raise ValidationError(errors or [_("The product is missing.")])
        return list(found.values())

    def find(self, text: str) -> Product:
        """Return the product of that name; raises ValidationError when there is not just one."""
        found = self._named.get(fold(text), set())
        if not text:
            raise ValidationError(_("The product is missing."))
        if not found:
            raise ValidationError(
                _("There is no product “%(text)s” of yours.") % {"text": text[:60]}
            )
        if len(found) > 1:
            raise ValidationError(
                _("There are several products “%(text)s”; write the offering behind the name.")
                % {"text": text[:60]}
            )
        product = next(iter(found))
        if not product.given_to_people:
            raise ValidationError(
                _("Licenses of %(product)s are not given to people by name.")
                % {"product": product.name}
            )
        return product


def check(
    reading: Reading, *, catalog: Catalog, product: Product | None
) -> tuple[list[Row], list[Fault]]:
    """Return the checked rows and what is wrong with the other lines, in their order.

    Everybody gets `product`, or without one what their own line names.
    """
    rows, faults = [], list(reading.faults)
    for record in reading.records:
        found = _Check(reading, record)
        name = found.part(NAME, clean_name, record.name)
        address = found.part(ADDRESS, clean_address, record.address)
        chosen = [product] if product else found.part(PRODUCT, catalog.find_all, record.product)
        if found.faults or name is None or address is None or chosen is None:
            faults += found.faults
        else:
            rows += [Row(record.line, Named(name, address), one) for one in chosen]
    return rows, sorted(faults, key=lambda fault: fault.line)


class _Check:
    """One line, and what is wrong with it."""

    def __init__(self, reading: Reading, record: Record) -> None:
        self.reading, self.record = reading, record
        self.faults: list[Fault] = []

    def part[T](self, column: str, clean: Callable[[str], T], text: str) -> T | None:
        """Return a cell's stored form; None, with a fault noted, when it is refused."""
        try:
            return clean(text)
        except ValidationError as error:
            head = self.reading.head(column)
            self.faults += [Fault(self.record.line, head, str(m)) for m in error.messages]
            return None
