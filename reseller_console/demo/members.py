"""The customer's side of a life: its admins, and the terms they accepted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from customers.actions.invite import CustomerDetails
from customers.activity import CustomerKind
from customers.admins.recipients import Recipient
from customers.emails import acceptance_draft, welcome_draft
from customers.models import Membership, TermsAcceptance
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.demo import mail
from reseller_console.demo.history import History
from reseller_console.tenancy.models import VipTerms


@dataclass(frozen=True)
class Admin:
    """Somebody with an account to try."""

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

    admins: list[User]
    accepted: VipTerms | None = None

    def accept(self, on: dt.date, *, admin: Admin | None = None) -> User:
        """Let the contact accept the terms of that day."""
        at = self._begin(on)
        customer = self.customer
        customer.accepted_at = self.link.used_at = at
        customer.invitation_bounced_at = None
        if self.link.email is not None:
            mail.read(self.link.email)
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
        """Let an admin accept the newest terms, if nobody has."""
        at = self._begin(on)
        if self.accepted != self.books.vip_terms[-1]:
            self.accept_terms(self.books.vip_terms[-1], at, by=by)

    def accept_terms(self, terms: VipTerms, at: dt.datetime, *, by: User) -> None:
        """Write down an acceptance."""
        self.accepted = terms
        self.books.add(
            TermsAcceptance(
                reseller=self.books.reseller,
                customer=self.customer,
                terms=terms,
                accepted_at=at,
                accepted_by=by,
                accepted_name=by.name,
                language=by.language,
            )
        )
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
        self.admins.append(user)
        self._write_event(CustomerKind.ADMIN_JOINED, at, user, {"email": user.email})
        draft = welcome_draft(self.customer, user, membership)
        mail.write(self.books, draft, at=at, became=Delivery.DELIVERED)

    @property
    def recipients(self) -> list[Recipient]:
        """Whom emails go to on the day reached."""
        customer = self.customer
        if self.admins:
            return [Recipient(user.email, user.name, user.language) for user in self.admins]
        if customer.withdrawn_at is not None:
            return []
        return [Recipient(customer.contact_email, customer.contact_name, customer.language)]
