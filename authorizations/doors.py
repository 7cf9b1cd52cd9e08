"""Fetch purchases through the person who asks."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from authorizations.models import (
    AuthorizationQuerySet,
    Order,
    OrderReport,
    PurchaseAuthorization,
    ReportSender,
)
from customers.doors import ColleagueRequest
from customers.models import Customer
from reseller_console.accounts.models import User


def authorizations_of(request: ColleagueRequest) -> AuthorizationQuerySet:
    """Return the PAs of the person's own reseller with their state on the request's day."""
    authorizations = PurchaseAuthorization.objects.of(request.user).on(request.day.today)
    return authorizations.select_related("customer", "order")


def authorization_of(
    request: ColleagueRequest, customer: Customer, number: str
) -> PurchaseAuthorization:
    """Return a PA of the customer; raises Http404 alike for unknown and for foreign ones."""
    rows = authorizations_of(request).filter(customer=customer, number=number)
    found = rows.prefetch_related("lines__product").first()
    if found is None:
        raise Http404
    found.customer, found.reseller = customer, customer.reseller
    return found


def awaiting_order(request: ColleagueRequest, customer: Customer) -> list[PurchaseAuthorization]:
    """Return the customer's PAs an order can be recorded for, lapsed ones too, oldest first."""
    rows = authorizations_of(request).filter(customer=customer).unresolved()
    return list(rows.order_by("created_on", "id").prefetch_related("lines__product"))


def order_of(request: ColleagueRequest, customer: Customer, order_id: int) -> Order:
    """Return an order that pays for something of the customer; raises Http404 otherwise."""
    orders = Order.objects.filter(reseller=customer.reseller, lines__customer=customer)
    found = orders.filter(pk=order_id).distinct().first()
    if found is None:
        raise Http404
    return found


def orders_of(user: User) -> QuerySet[Order]:
    """Return the orders of the person's own reseller; none for anyone else."""
    if not user.reseller_id:
        return Order.objects.none()
    return Order.objects.filter(reseller_id=user.reseller_id)


def own_order_of(request: ColleagueRequest, order_id: int) -> Order:
    """Return an order of the person's reseller; raises Http404 for unknown and foreign ones."""
    found = orders_of(request.user).filter(pk=order_id).select_related("recorded_by").first()
    if found is None:
        raise Http404
    return found


def reports_of(user: User) -> QuerySet[OrderReport]:
    """Return the order reports of the person's own reseller, without their bytes."""
    reports = OrderReport.objects.filter(reseller=user.reseller)
    return reports.select_related("sender", "uploaded_by").defer("content")


def report_of(request: ColleagueRequest, report_id: int) -> OrderReport:
    """Return a report of the person's reseller; raises Http404 for unknown and foreign ones."""
    found = reports_of(request.user).filter(pk=report_id).first()
    if found is None:
        raise Http404
    return found


def senders_of(user: User) -> QuerySet[ReportSender]:
    """Return those who have sent order reports to the person's own reseller."""
    return ReportSender.objects.filter(reseller=user.reseller)
