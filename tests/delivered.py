"""The catalog as the migrations delivered it, to be stored again in a database that was emptied."""

from __future__ import annotations

from authorizations.models import Product

_products: list[dict[str, object]] = []


def remember() -> None:
    """Keep what the migrations have stored; called before any test writes."""
    names = [field.name for field in Product._meta.fields if not field.primary_key]
    _products[:] = Product.objects.order_by("pk").values(*names)


def store_again(**_signal: object) -> None:
    """Store the products that are missing.

    A test with real transactions ends by emptying every table, in whichever order tests run;
    that, like a migration, ends with the signal this listens to.
    """
    rows = [Product(**product) for product in _products]
    Product.objects.bulk_create(rows, ignore_conflicts=True)


def product_names() -> list[str]:
    """Return the name of every product, known once there is a test database."""
    assert _products, "no test database was made yet"
    return [str(product["name"]) for product in _products]
