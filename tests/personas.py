"""Makers of the people and things tests are about; plain rows with sensible facts."""

from __future__ import annotations

import datetime as dt
import itertools

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from customers.admins.links import token_for, token_hash
from customers.models import Customer, Invitation, Membership, TermsAcceptance
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import (
    Day,
    Program,
    ProgramTerms,
    Reseller,
    VipTerms,
    VipTermsText,
)

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def make_program(name: str = "VIP for tests", **terms: object) -> Program:
    """Return a program whose one set of terms is in force since 2000."""
    program, made = Program.objects.get_or_create(name=name)
    if made:
        ProgramTerms.objects.create(program=program, effective_on=dt.date(2000, 1, 1), **terms)
    return program


def make_reseller(name: str, *, program: Program, **fields: object) -> Reseller:
    """Return a reseller organization."""
    return Reseller.objects.create(name=name, program=program, **fields)


def make_user(email: str, name: str, reseller: Reseller, role: str) -> User:
    """Return a colleague with the tests' password."""
    return User.objects.create_user(email, PASSWORD, name=name, reseller=reseller, role=role)


def make_ops(email: str, name: str) -> User:
    """Return an ops account that may do everything in the admin."""
    return User.objects.create_superuser(email, PASSWORD, name=name)


def day_of(what: object, today: dt.date | None = None) -> Day:
    """Return a day of the reseller something is of: a customer, a PA, a colleague, several."""
    one = what[0] if isinstance(what, list | tuple) else what
    return getattr(one, "reseller", one).day(today)


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


def make_vip_terms(program: Program, *, version: int = 1, published: bool = True) -> VipTerms:
    """Return a version of the program's VIP terms with words in English."""
    terms = VipTerms.objects.create(program=program, version=version)
    VipTermsText.objects.create(
        terms=terms, language="en", body=f"These are the terms, version {version}."
    )
    if published:
        terms.published_at = timezone.now()
        terms.save(update_fields=["published_at"])
    return terms


def make_member(
    customer: Customer, email: str, name: str, *, accepts: VipTerms | None = None
) -> User:
    """Return a VIP admin of the customer, who has accepted `accepts` for it if nobody had."""
    user = User.objects.with_address(email).first() or User.objects.create_user(
        email, PASSWORD, name=name, joined_at=timezone.now()
    )
    with transaction.atomic():
        Membership.objects.create(reseller=customer.reseller, customer=customer, user=user)
        if customer.accepted_at is None:
            _accept(customer, by_terms=accepts is not None)
        accepted = TermsAcceptance.objects.filter(customer=customer, terms=accepts)
        if accepts and not accepted.exists():
            TermsAcceptance.objects.create(
                reseller=customer.reseller,
                customer=customer,
                terms=accepts,
                accepted_by=user,
                accepted_name=name,
                language="en",
            )
    return user


def _accept(customer: Customer, *, by_terms: bool) -> None:
    """Store that the invitation is accepted; without terms as an import does, from the start."""
    customer.accepted_at = timezone.now()
    if by_terms:
        customer.save(update_fields=["accepted_at"])
        return
    rows = Customer.objects.filter(pk=customer.pk)
    rows._raw_delete(rows.db)
    customer.save(force_insert=True)
