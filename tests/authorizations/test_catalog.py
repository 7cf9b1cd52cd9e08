"""The catalog that the migrations deliver."""

from __future__ import annotations

import pytest

from authorizations.models import Product, Unit
from customers.models import Offering
from reseller_console.tenancy.models import Segment
from tests import delivered
from tests.each import each

pytestmark = pytest.mark.django_db


def test_there_are_at_least_45_products():
    assert Product.objects.count() >= 45


def test_no_two_products_look_alike():
    """Customers of both offering types have them side by side."""
    names = list(Product.objects.values_list("name", flat=True))
    assert len(names) == len(set(names))


def test_every_product_is_one_that_ops_could_have_typed_in():
    """The migration writes codes; the words of the models may not have moved away from them."""
    for product in Product.objects.all():
        product.full_clean()


def test_storing_it_again_adds_nothing_and_keeps_what_ops_changed():
    Product.objects.filter(name="Acrobat Pro").update(minimum_quantity=7)
    before = Product.objects.count()
    delivered.store_again()
    assert Product.objects.count() == before
    assert Product.objects.get(name="Acrobat Pro", offering="team").minimum_quantity == 7


def test_a_product_that_is_missing_is_stored_again():
    Product.objects.filter(name="Photoshop").delete()
    delivered.store_again()
    assert Product.objects.filter(name="Photoshop").count() == 1


def test_what_is_not_available_by_pa():
    direct = Product.objects.filter(by_authorization=False)
    assert {product.family for product in direct} == {
        "Acrobat (enterprise)",
        "Creative Cloud for enterprise",
        "Creative Cloud for education (device licenses)",
        "Adobe Stock",
        "Acrobat Sign",
    }
    for product in direct.filter(family__in=["Adobe Stock", "Acrobat Sign"]):
        assert product.unit in Unit.CONSUMABLES
    for family in ("Acrobat (enterprise)", "Creative Cloud for enterprise"):
        assert not Product.objects.filter(family=family).exclude(offering="enterprise").exists()


def test_what_does_not_count_toward_the_discount():
    names = set(
        Product.objects.filter(counts_toward_discount=False)
        .exclude(unit__in=Unit.CONSUMABLES)
        .values_list("name", flat=True)
    )
    assert names == {"Express for education", "Acrobat Sign Solutions for government"}


@each("segment", Segment.values)
@each("offering", Offering.values)
def test_every_kind_of_customer_can_get_something_by_pa(segment, offering):
    assert (
        Product.objects.filter(
            segments__contains=[segment], offering=offering, by_authorization=True
        ).count()
        >= 4
    )


def test_no_minimum_is_beyond_what_a_line_may_hold():
    for product in Product.objects.all():
        assert 1 <= product.minimum_quantity <= product.most_licenses
