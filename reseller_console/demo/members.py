"""The customer's side of a life: its admins, and the terms they accepted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from customers.actions.invite import CustomerDetails
from customers.admins.recipients import Recipient, recipients_of
from customers.emails import acceptance_draft, welcome_draft
from customers.models import CustomerKind, Membership, TermsAcceptance
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.demo import mail
from reseller_console.demo.books import Books
from reseller_console.demo.history import History
from reseller_console.tenancy.models import VipTerms


@dataclass(frozen=True)
class Admin:
    """A person with an account to try."""

    email: str
    name: str
    password: str
    language: str = "en"

    def as_contact_of(self, details: CustomerDetails) -> CustomerDetails:
        """Return the details of a customer whose contact this person is."""
        first, last = self.name.split()
        return replace(
            details,
            contact_first_name=first,
            contact_last_name=last,
            contact_email=self.email,
            language=self.language,
        )


class Members(History):
    """A customer whose contact accepts and becomes its first admin."""

    def __init__(self, books: Books, details: CustomerDetails, **more: Any) -> None:
        self.memberships: list[Membership] = []
        self.acceptances: list[TermsAcceptance] = []
        super().__init__(books, details, **more)

    def accept(self, on: dt.date, *, admin: Admin | None = None) -> User:
        """Let the contact accept the terms of that day."""
        at = self._begin(on)
        customer = self.customer
        customer.accepted_at = self.link.used_at = at
        customer.invitation_bounced_at = None
        if self.link.email is not None:
            mail.read(self.link.email, at=at)
        user = self._account(at, admin)
        first, *later = self.books.vip_terms
        in_force = (row for row in later if row.published_at and row.published_at <= at)
        terms = [first, *in_force][-1]
        self.accept_terms(terms, at, by=user)
        self._join(user, at)
        draft = acceptance_draft(customer, terms, by=user, to=self.manager)
        mail.write(self.books, draft, at=at, became=mail.usual(self.books))
        return user

    def catch_up(self, on: dt.date, *, by: User) -> None:
        """Let an admin accept the newest terms, if no one has."""
        at = self._begin(on)
        newest = self.books.vip_terms[-1]
        if self.acceptances[-1].terms != newest:
            self.accept_terms(newest, at, by=by)

    def accept_terms(self, terms: VipTerms, at: dt.datetime, *, by: User) -> None:
        """Write down an acceptance."""
        acceptance = TermsAcceptance(
            reseller=self.books.reseller,
            customer=self.customer,
            terms=terms,
            accepted_at=at,
            accepted_by=by,
            accepted_name=by.name,
            language=by.language,
        )
        self.acceptances.append(self.books.add(acceptance))
        details = {"version": str(terms.version)}
        self._write_event(CustomerKind.TERMS_ACCEPTED, at, by, details)

    def add_admin(self, on: dt.date, admin: Admin) -> User:
        """Let a further admin join."""
        at = self._begin(on)
        user = self._account(at, admin)
        self._join(user, at)
        return user

    def add_existing_admin(self, on: dt.date, user: User) -> None:
        """Let an admin of another customer join."""
        self._join(user, self._begin(on))

    def _account(self, at: dt.datetime, admin: Admin | None) -> User:
        customer = self.customer
        return self.books.add(
            User(
                email=admin.email if admin else customer.contact_email,
                name=admin.name if admin else customer.contact_name,
                language=admin.language if admin else customer.language,
                password=admin.password if admin else UNUSABLE_PASSWORD_PREFIX,
                joined_at=at,
                created_at=at,
            )
        )

    def _join(self, user: User, at: dt.datetime) -> None:
        membership = self.books.add(
            Membership(
                reseller=self.books.reseller, customer=self.customer, user=user, joined_at=at
            )
        )
        self.memberships.append(membership)
        self._write_event(CustomerKind.ADMIN_JOINED, at, user, {"email": user.email})
        draft = welcome_draft(self.customer, user, membership)
        mail.write(self.books, draft, at=at, became=Delivery.DELIVERED)

    def admins_at(self, at: dt.datetime) -> list[User]:
        """Return who were VIP admins at an instant, in the order in which they joined."""
        return [one.user for one in self.memberships if one.joined_at <= at]

    def recipients_at(self, at: dt.datetime) -> list[Recipient]:
        """Return whom emails of an instant went to."""
        return recipients_of(self.customer, self.admins_at(at))
