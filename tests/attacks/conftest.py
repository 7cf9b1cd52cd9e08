"""Two customers of two resellers with admins, licenses and people of their own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from authorizations.actions.assign import assign
from authorizations.actions.create import create_authorization
from authorizations.models import Assignment, Product, PurchaseAuthorization
from customers.actions.admins import AdminDetails, invite_admin
from customers.models import AdminInvitation, Customer, Membership
from reseller_console.accounts.models import User
from tests import personas
from tests.personas import day_of


@dataclass
class Side:
    """A customer with one of everything that has an id."""

    customer: Customer
    admin: User
    second: Membership
    invitation: AdminInvitation
    authorization: PurchaseAuthorization
    product: Product
    given: Assignment

    @property
    def path(self) -> str:
        """The address of its admins' pages."""
        return self.customer.get_member_url()


@pytest.fixture
def make_side(vip_terms, pinned_today):
    """Return a function that fills a customer of a manager's with one of everything."""

    def make(manager: User, admin: User | None, word: str) -> Side:
        customer = personas.make_customer(managed_by=manager, name=f"{word} Works")
        email = admin.email if admin else f"admin@{word.lower()}.example"
        admin = personas.make_member(customer, email, f"Admin of {word}", accepts=vip_terms)
        second = personas.make_member(customer, f"second@{word.lower()}.example", f"Second {word}")
        product = Product.objects.create(name=f"{word} Product", family="Test", offering="team")
        terms = {"po_number": "", "by": manager, "day": day_of(manager, pinned_today)}
        authorization = create_authorization(customer, lines=[(product, 3)], **terms)
        people = [(f"Person of {word}", f"person@{word.lower()}.example")]
        (given,) = assign(
            customer, product, people=people, by=admin, day=day_of(customer, pinned_today)
        )
        details = AdminDetails("Invited", word, f"invited@{word.lower()}.example", "en")
        invitation = invite_admin(
            customer, details=details, by=admin, day=day_of(customer, pinned_today)
        )
        membership = Membership.objects.get(customer=customer, user=second)
        return Side(customer, admin, membership, invitation, authorization, product, given)

    return make


@pytest.fixture
def mine(make_side, alice) -> Side:
    """The customer of North whose admin tries things."""
    return make_side(alice, None, "Mine")


@pytest.fixture
def anothers(make_side, charlie) -> Side:
    """A customer of South of which that admin must learn nothing."""
    return make_side(charlie, None, "Another")


@pytest.fixture
def both(mine, make_side, charlie) -> Side:
    """A customer of South that has the same admin as `mine`."""
    return make_side(charlie, mine.admin, "Both")
