"""Loading the demonstration anew."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from authorizations.catalogue import install
from authorizations.models import Product, PurchaseAuthorization
from customers.models import Customer, StandingTally
from reseller_console.accounts.models import User
from reseller_console.demo import loading
from reseller_console.tenancy.models import Programme, Reseller
from tests import personas


@pytest.fixture
def small(monkeypatch):
    """The demonstration without its ordinary customers."""
    plans = {name: loading.Plan(0, plan.home_countries) for name, plan in loading.PLANS.items()}
    monkeypatch.setattr(loading, "PLANS", plans)


@pytest.mark.django_db(transaction=True)
def test_fresh_deletes_both_resellers_and_nobody_else(small):
    install(Product)
    others = personas.make_programme("VIP")
    west = personas.make_reseller("West", programme=others)
    personas.make_customer(managed_by=personas.make_user("w@west.example", "W", west, "manager"))
    loading.load(lambda line: None)
    before = Customer.objects.count()
    PurchaseAuthorization.objects.update(po_number="changed since")
    call_command("load_demo", "--fresh", stdout=StringIO())
    assert Customer.objects.count() == before
    assert not PurchaseAuthorization.objects.filter(po_number="changed since").exists()
    loading.delete(lambda line: None)
    assert [reseller.name for reseller in Reseller.objects.all()] == ["West"]
    assert [user.email for user in User.objects.all()] == ["w@west.example"]
    assert Programme.objects.get() == others
    assert Customer.objects.count() == 1
    assert set(StandingTally.objects.values_list("reseller_id", flat=True)) == {west.pk}
