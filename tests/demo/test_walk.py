"""Every customer of the demonstration, on many days: all pages tell what the facts say."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from authorizations.licenses.owned import product_rows
from authorizations.models import PurchaseAuthorization
from customers.models import Customer
from customers.standing import FILTERS
from customers.tally import rail_counts
from reseller_console.tenancy.models import Reseller
from tests.conftest import TODAY
from tests.demo import derivation

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]

# Around each length of the program, with no night in between.
DAYS_LATER = (0, 1, 2, 7, 14, 29, 30, 31, 32, 45, 60, 61, 62, 75)


@pytest.fixture(scope="module", params=["North", "South"])
def facts(request, demo, django_db_blocker):
    with django_db_blocker.unblock():
        return derivation.all_facts(Reseller.objects.get(name=request.param).pk)


def reseller_of(facts) -> Reseller:
    return Reseller.objects.get(pk=facts[0].customer.reseller_id)


@pytest.mark.parametrize("days", DAYS_LATER)
def test_filters_counts_dates_and_states_are_those_of_the_rules(days, facts, set_today):
    today = set_today(TODAY + dt.timedelta(days=days))
    reseller = reseller_of(facts)
    day = reseller.day()
    expected = {one.customer.pk: derivation.filters(one, today) for one in facts}
    for entry in FILTERS:
        listed = set(
            Customer.objects.filter(reseller=reseller)
            .standing(entry, day)
            .values_list("pk", flat=True)
        )
        assert listed == {pk for pk, found in expected.items() if entry.slug in found}, entry.slug
    counts = Counter(slug for found in expected.values() for slug in found)
    assert rail_counts(reseller.pk, day) == {entry.slug: counts[entry.slug] for entry in FILTERS}

    shown = Customer.objects.filter(reseller=reseller).shown_on(day).in_bulk()
    for one in facts:
        customer = shown[one.customer.pk]
        assert customer.anniversary == derivation.anniversary(one, today), customer
        assert customer.invitation_state == derivation.invitation(one.customer, today), customer
    states = dict(
        PurchaseAuthorization.objects.filter(reseller=reseller).values_list("pk", "status")
    )
    for one in facts:
        for pa in one.authorizations:
            assert states[pa.pk] == derivation.state(pa, today), pa


def test_counts_of_each_manager_are_those_of_the_rules(facts):
    reseller = reseller_of(facts)
    day = reseller.day()
    expected: dict[int, Counter[str]] = {}
    for one in facts:
        mine = expected.setdefault(one.customer.managed_by_id, Counter())
        mine.update(derivation.filters(one, TODAY))
    for manager, counts in expected.items():
        found = rail_counts(reseller.pk, day, manager_id=manager)
        assert found == {entry.slug: counts[entry.slug] for entry in FILTERS}


@pytest.mark.parametrize("days", [0, 31, 61])
def test_licenses_are_those_of_the_rules(days, facts, set_today, long_run):
    today = set_today(TODAY + dt.timedelta(days=days))
    day = reseller_of(facts).day()
    customers = Customer.objects.in_bulk([one.customer.pk for one in facts])
    for one in facts if long_run else facts[:250]:
        rows = product_rows(customers[one.customer.pk], day=day)
        found = Counter[str]()
        for row in rows:
            found[row.product.name] += row.usable
        assert +found == Counter(derivation.licenses(one, today)), one.customer
        date = derivation.anniversary(one, today)
        renewing = derivation.to_renew(one, date) if date else {}
        to_renew = Counter[str]()
        for row in rows:
            to_renew[row.product.name] += row.to_renew
        assert +to_renew == Counter(renewing), one.customer
