"""Makers of the people and things tests are about; plain rows with sensible facts."""

from __future__ import annotations

import datetime as dt
import itertools

from django.conf import settings

from customers.links import token_for, token_hash
from customers.models import Customer, Invitation
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Programme, ProgrammeTerms, Reseller

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def make_programme(name: str = "VIP for tests", **terms: object) -> Programme:
    """Return a programme whose one set of terms is in force since 2000."""
    programme, made = Programme.objects.get_or_create(name=name)
    if made:
        ProgrammeTerms.objects.create(
            programme=programme, effective_on=dt.date(2000, 1, 1), **terms
        )
    return programme


def make_reseller(name: str, *, programme: Programme, **fields: object) -> Reseller:
    """Return a reseller organization."""
    return Reseller.objects.create(name=name, programme=programme, **fields)


def make_user(email: str, name: str, reseller: Reseller, role: str) -> User:
    """Return a colleague with the tests' password."""
    return User.objects.create_user(email, PASSWORD, name=name, reseller=reseller, role=role)


def make_ops(email: str, name: str) -> User:
    """Return an ops account that may do everything in the admin."""
    return User.objects.create_superuser(email, PASSWORD, name=name)


def make_customer(*, managed_by: User, **fields: object) -> Customer:
    """Return a customer invited today by its manager, with its link in force."""
    number = next(_numbers)
    today = settings.CONSOLE_TODAY
    values: dict[str, object] = {
        "reseller": managed_by.reseller,
        "vip_id": f"{number:020X}",
        "name": f"Customer {number}",
        "segment": "COM",
        "offerings": ["team", "enterprise"],
        "country": "EE",
        "city": "Tallinn",
        "address_1": "Pikk 1",
        "postal_code": "10123",
        "contact_first_name": "Vera",
        "contact_last_name": "Vaher",
        "contact_email": f"vera{number}@customer.example",
        "invited_by": managed_by,
        "invited_on": today,
        "invitation_expires_on": today + dt.timedelta(days=30),
        "no_products_from_on": today,
    } | fields
    anniversary = values.get("anniversary_on")
    if isinstance(anniversary, dt.date):
        values.setdefault("anniversary_day", anniversary.day)
        values.setdefault("first_anniversary_on", anniversary)
        values.setdefault("rolls_on", anniversary + dt.timedelta(days=31))
    customer = Customer(managed_by=managed_by, **values)
    customer.save()
    Invitation.objects.create(
        reseller_id=customer.reseller_id,
        customer=customer,
        version=1,
        token_hash=token_hash(token_for(customer.vip_id, 1)),
        sent_by=managed_by,
        sent_on=customer.invited_on,
        expires_on=customer.invitation_expires_on,
    )
    return customer
