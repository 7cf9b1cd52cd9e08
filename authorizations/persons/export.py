"""A copy of what is stored about a person, for the person."""

from __future__ import annotations

from typing import Any

from django.db import models

from authorizations.models import Assignment
from authorizations.persons.found import Found
from customers.models import TermsAcceptance
from notifications.models import Email, Suppression
from reseller_console.accounts.feed_links import feed_of
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key

_ACCOUNT = ("email", "name", "language", "role", "last_login", "created_at", "joined_at")
_FEED = ("scope", "show", "created_at", "last_read_at")
_CONTACT = ("contact_first_name", "contact_last_name", "contact_email", "language", "invited_on")


def export(found: Found) -> dict[str, Any]:
    """Return what is stored about a person as text, numbers, dates and lists of them."""
    account = found.account
    address = found.address
    emails = Email.objects.with_delivery().filter(to_address__iexact=address)
    suppressed = Suppression.objects.filter(address_key=address_key(address))
    return {
        "address": address,
        "account": _account(account) if account else None,
        "contact_of": [
            {"customer": row.name, "vip_id": row.vip_id, **_facts(row, _CONTACT)}
            for row in found.contacts
        ],
        "vip_admin_of": [
            {"customer": row.customer.name, **_facts(row, ("joined_at", "removed_at"))}
            for row in found.memberships
        ],
        "invited_as_vip_admin": [
            {
                "customer": row.customer.name,
                **_facts(row, ("first_name", "last_name", "address", "language", "sent_at")),
            }
            for row in found.invitations
        ],
        "licenses": [
            {
                "customer": row.customer.name,
                "product": str(row.product),
                "name": row.person.name,
                **_facts(row, ("assigned_at", "ended_at")),
            }
            for row in Assignment.objects.filter(person__in=found.people).select_related(
                "customer", "product", "person"
            )
        ],
        "people": [{"customer": row.customer.name, "name": row.name} for row in found.people],
        "emails": [
            _facts(row, ("queued_at", "to_name", "subject", "text", "delivery"))
            for row in emails.order_by("queued_at")
        ],
        "suppressed": [_facts(row, ("address", "reason", "since_at")) for row in suppressed],
    }


def _account(account: User) -> dict[str, Any]:
    accepted = TermsAcceptance.objects.filter(accepted_by=account).select_related("customer")
    feed = feed_of(account)
    return {
        **_facts(account, _ACCOUNT),
        "calendar_feed": _facts(feed, _FEED) if feed else None,
        "accepted_terms": [
            {"customer": row.customer.name, **_facts(row, ("accepted_name", "accepted_at"))}
            for row in accepted
        ],
    }


def _facts(row: models.Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
