"""The bars of what happens when somebody writes, and of the details of one customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch

from django.db import transaction

from authorizations.actions.create import create_authorization
from authorizations.models import AuthorizationLine, Product, PurchaseAuthorization
from authorizations.numbers import new_authorization_number
from benchmarks.bars import Line, Run, bar, ratio_line
from benchmarks.browser import Browser
from benchmarks.timing import interleave
from customers.models import Customer

_DRAFTS = "customers.actions.frame.drafts_to_vip_admins"
MANY, FEW = 500, 5


def _without_products(run: Run) -> Customer:
    """Return a customer that may be sold everything and has nothing."""
    return (
        Customer.objects.of(run.tenants.big.asker)
        .filter(anniversary_on=None, withdrawn_at=None, segment="COM", offerings__len=2)
        .select_related("reseller__program", "managed_by")
        .order_by("pk")[0]
    )


@bar("B15", "the email in the outbox costs little of creating a purchase authorization")
def with_email_or_without(run: Run) -> Iterator[Line]:
    """Compare the whole action with the action less its email; both are undone."""
    customer, by = _without_products(run), run.tenants.big.asker
    day = customer.reseller.day()
    products = Product.objects.filter(by_authorization=True, segments__contains=["COM"])
    lines = [(product, product.minimum_quantity) for product in products.order_by("pk")[:3]]

    def create() -> None:
        with transaction.atomic():
            create_authorization(customer, lines=lines, po_number="PO-1", by=by, day=day)
            transaction.set_rollback(True)

    def create_silently() -> None:
        with patch(_DRAFTS, return_value=[]):
            create()

    whole, silent = interleave([create, create_silently], rounds=run.samples)
    yield ratio_line("B15", ("created with email", whole), ("without", silent), 1.15)


@bar("B25", "the details page is as quick for 500 purchase authorizations as for 5")
def long_or_short_history(run: Run) -> Iterator[Line]:
    """Compare two customers of one tenant; the purchases are made up and taken away again."""
    with transaction.atomic():
        pages = [
            _details_after(run, place, purchases) for place, purchases in ((0, MANY), (1, FEW))
        ]
        many, few = interleave(pages, rounds=run.samples)
        transaction.set_rollback(True)
    yield ratio_line("B25", (f"details, {MANY} PAs", many), (f"details, {FEW} PAs", few), 1.5)


def _details_after(run: Run, place: int, purchases: int) -> Callable[[], object]:
    """Give a customer so many cancelled purchase authorizations; return its details page."""
    asker = run.tenants.small.asker
    customer = Customer.objects.of(asker).exclude(anniversary_on=None).order_by("pk")[place]
    model = PurchaseAuthorization.objects.filter(customer=customer)[0]
    made = PurchaseAuthorization.objects.bulk_create(
        PurchaseAuthorization(
            reseller_id=customer.reseller_id,
            customer=customer,
            number=new_authorization_number(),
            created_on=model.created_on,
            cancelled_at=model.created_at,
            anniversary_day=model.anniversary_day,
            counts_to=model.counts_to,
            due_on=model.due_on,
            suspends_on=model.suspends_on,
            lapses_on=model.lapses_on,
            usable_until_on=model.usable_until_on,
        )
        for _ in range(purchases)
    )
    offered = Product.objects.filter(
        by_authorization=True,
        minimum_quantity=1,
        offering__in=customer.offerings,
        segments__contains=[customer.segment],
    )
    product = offered.order_by("pk")[0]
    AuthorizationLine.objects.bulk_create(
        AuthorizationLine(
            reseller_id=customer.reseller_id, authorization=row, product=product, quantity=1
        )
        for row in made
    )
    return Browser(asker).page(customer.get_absolute_url())
