"""What is bought, by noun."""

from authorizations.models.assignments import Assignment, Person
from authorizations.models.authorizations import AuthorizationLine, PurchaseAuthorization
from authorizations.models.contacts import RenewalContact
from authorizations.models.earlier import EarlierAuthorization
from authorizations.models.kinds import PurchaseKind
from authorizations.models.nights import NightlyRun, Notice
from authorizations.models.orders import (
    DroppedRenewal,
    Order,
    OrderLine,
    ReturnedLine,
)
from authorizations.models.products import Product
from authorizations.models.querysets import QUEUE_KEYS, AssignmentQuerySet, AuthorizationQuerySet
from authorizations.models.reports import OrderReport, Outcome, ReportLine, ReportSender
from authorizations.models.units import Unit

__all__ = [
    "QUEUE_KEYS",
    "Assignment",
    "AssignmentQuerySet",
    "AuthorizationLine",
    "AuthorizationQuerySet",
    "DroppedRenewal",
    "EarlierAuthorization",
    "NightlyRun",
    "Notice",
    "Order",
    "OrderLine",
    "OrderReport",
    "Outcome",
    "Person",
    "Product",
    "PurchaseAuthorization",
    "PurchaseKind",
    "RenewalContact",
    "ReportLine",
    "ReportSender",
    "ReturnedLine",
    "Unit",
]
