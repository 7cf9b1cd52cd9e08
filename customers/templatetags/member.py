"""The frame of a member's pages."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.admins.email_states import email_state
from customers.admins.recipients import responsible_managers
from customers.admins.vip_terms import terms_to_accept
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import VipTerms

register = template.Library()

# The first part of the address below the organization's, and others that belong to it.
SECTIONS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("", _("Overview"), ()),
    ("people", _("Licenses and people"), ("products",)),
    ("requests", _("Requests"), ()),
    ("admins", _("Admins"), ()),
    ("terms", _("Terms"), ()),
    ("activity", _("Activity"), ()),
)


@dataclass(frozen=True)
class Section:
    """One entry of the navigation; `is_current` where the open page belongs to it."""

    path: str
    label: str | Promise
    is_current: bool


@register.simple_tag(takes_context=True)
def member_sections(context: Context, customer: Customer) -> list[Section]:
    """Return the sections of a customer's member pages as seen from the page that is open."""
    base = customer.get_member_url()
    first, _slash, _rest = context["request"].path.removeprefix(base).partition("/")
    return [
        Section(f"{base}{slug}/" if slug else base, label, first == slug or first in others)
        for slug, label, others in SECTIONS
    ]


@register.simple_tag
def responsible_manager(customer: Customer) -> User | None:
    """Return whom the customer turns to; None where its reseller has no one left."""
    if customer.managed_by.is_active:
        return customer.managed_by
    return responsible_managers(customer.reseller)(customer)


@register.simple_tag
def waiting_terms(customer: Customer) -> VipTerms | None:
    """Return the terms an admin of the customer still has to accept."""
    return terms_to_accept(customer)


register.filter("email_state", email_state)
