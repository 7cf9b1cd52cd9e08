"""What is true of licenses in people's hands: a name each, and its exceptions."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from django.utils import timezone

from authorizations.models import Assignment
from customers.models import TermsAcceptance
from reseller_console.lib.clock import date_of
from reseller_console.tenancy.models import Reseller, VipTerms
from tests.demo import derivation


def given_without_terms() -> list[str]:
    """Licenses that were given while the newest VIP terms of the time were not accepted."""
    versions = sorted(
        (row.published_at, row.pk) for row in VipTerms.objects.exclude(published_at=None)
    )
    accepted = {
        (row.customer_id, row.terms_id): row.accepted_at for row in TermsAcceptance.objects.all()
    }
    found = []
    for row in Assignment.objects.all():
        newest = [pk for at, pk in versions if at <= row.assigned_at][-1]
        if accepted.get((row.customer_id, newest), timezone.now()) > row.assigned_at:
            found.append(str(row.pk))
    return found


def given_before_bought() -> list[str]:
    """Licenses that were given before the PA or the order that they come from, or unusable ones."""
    found = []
    for reseller in Reseller.objects.all():
        facts = {one.customer.pk: one for one in derivation.all_facts(reseller.pk)}
        held = defaultdict(list)
        for row in Assignment.objects.filter(reseller=reseller).select_related("product"):
            held[row.customer_id, row.product.name].append(row.assigned_at)
        for (customer, product), instants in held.items():
            for at in set(instants):
                count = sum(other <= at for other in instants)
                if count > _bought_by(facts[customer], product, at, reseller):
                    found.append(f"{count} of {product} to {facts[customer].customer} at {at}")
    return found


def _bought_by(facts, product: str, at: dt.datetime, reseller: Reseller) -> int:
    """Return how many licenses worked on the day of an instant, of what was bought before it."""
    theirs = [row for row in facts.wanted if row.product.name == product]
    wanted = [row for row in theirs if row.authorization.created_at <= at]
    asked_at = {row.authorization_id: row.authorization.created_at for row in theirs}
    paid = [
        row
        for row in facts.paid
        if row.product.name == product
        and asked_at.get(row.authorization_id, row.order.recorded_at) <= at
    ]
    then = derivation.Facts(facts.customer, facts.authorizations, wanted, paid)
    return Counter(derivation.licenses(then, date_of(at, reseller.time_zone)))[product]
