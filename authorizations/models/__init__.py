"""What is bought, by noun."""

from authorizations.models.assignments import Assignment, Person
from authorizations.models.authorizations import AuthorizationLine, PurchaseAuthorization
from authorizations.models.nights import NightlyRun, Notice
from authorizations.models.orders import Order, OrderLine
from authorizations.models.products import Product

__all__ = [
    "Assignment",
    "AuthorizationLine",
    "NightlyRun",
    "Notice",
    "Order",
    "OrderLine",
    "Person",
    "Product",
    "PurchaseAuthorization",
]
