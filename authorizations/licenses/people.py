"""A person's name and address as they are stored: the rules for customers, for their people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from authorizations.models import Person
from customers.organization.names import EMAIL_MOST, check_meaning, clean_email
from reseller_console.lib.addresses import address_key
from reseller_console.lib.typed_text import check_characters, check_length, tidy

NAME_MOST = 100
_KEY_MOST = 500


@dataclass(frozen=True)
class Named:
    """A name, which may be blank, and an address, both in their stored form."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """What makes two addresses the same person."""
        return address_key(self.address)

    def __str__(self) -> str:
        """Return the name, else the address."""
        return self.name or self.address

    def as_person(self, customer_id: int, reseller_id: int) -> Person:
        """Return a new person of a customer, not saved."""
        person = Person(
            reseller_id=reseller_id, customer_id=customer_id, name=self.name, address=self.address
        )
        person.derive_keys()
        return person


def clean_name(text: str) -> str:
    """Return a name as stored, at most 100 characters of any script; "" when there is none."""
    name = tidy(text)
    check_characters(name)
    check_meaning(name)
    check_length(name, NAME_MOST)
    return name


def clean_address(text: str) -> str:
    """Return an email address as stored, at most 240 characters, in any script."""
    address = clean_email(text)
    if len(address_key(address)) > _KEY_MOST:
        raise ValidationError(
            _("Use at most %(most)d characters.") % {"most": EMAIL_MOST}, code="length"
        )
    return address


def store_names(people: Sequence[Person]) -> None:
    """Store the names of people, keys derived; all of them are stored already.

    Django's `bulk_update` takes seconds for thousands: it asks of each row whether it is
    this one, or this one, ... What collides with itself is updated in no time.
    """
    Person.objects.bulk_create(
        people,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "name_sort", "search_text"],
    )
