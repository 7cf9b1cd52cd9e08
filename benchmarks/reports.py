"""The bar of reconciling: a report of 50,000 lines is compared and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from django.db import transaction

from authorizations.actions.reconcile import ask_to_record, upload_report
from authorizations.models import Outcome, Product, PurchaseAuthorization
from authorizations.reconciling.working import work_on
from benchmarks.bars import Line, Run, bar
from customers.models import Customer

LINES = 50_000
LINES_OF_ORDER = 3
SECONDS = 60
_HEADS = "Order number;Order date;PA number;VIP ID;Product;Quantity"


@bar("B32", "a report of 50,000 lines is compared and recorded within a minute")
def large_report(run: Run) -> Iterator[Line]:
    """Time a report of all open PAs and of direct orders of further customers; it is undone."""
    content, asked = _report(run)
    with transaction.atomic():
        report = upload_report(
            run.tenants.big.reseller,
            sender="Benchmark",
            file_name="report.csv",
            content=content,
            by=run.tenants.big.asker,
        )
        begun = perf_counter()
        work_on(report.pk)
        compared = perf_counter()
        matched = report.lines.filter(outcome=Outcome.MATCHED).count()
        ask_to_record(report, by=run.tenants.big.asker)
        work_on(report.pk)
        recorded = perf_counter()
        report.refresh_from_db()
        transaction.set_rollback(True)
    yield Line(
        "B32",
        f"{asked:,} lines, {matched:,} matched: compared in {compared - begun:.1f} s",
        f"{report.orders_recorded:,} orders recorded in {recorded - compared:.1f} s",
        recorded - begun,
        SECONDS,
        note="seconds, not a ratio",
    )


def _report(run: Run) -> tuple[bytes, int]:
    """Return a report with an order for every three lines, and how many lines it has."""
    seller = run.tenants.big.reseller
    today = seller.day().today.isoformat()
    papers = PurchaseAuthorization.objects.on(seller.day().today).unresolved()
    lines = [
        f"{number};;;" for number in papers.filter(reseller=seller).values_list("number", flat=True)
    ]
    directly = Product.objects.filter(by_authorization=False, segments__contains=["COM"]).order_by(
        "pk"
    )[0]
    customers = Customer.objects.filter(
        reseller=seller,
        segment="COM",
        withdrawn_at=None,
        offerings__contains=[directly.offering],
    ).exclude(authorizations__in=papers)
    wanted = customers.order_by("pk").values_list("vip_id", flat=True)[: LINES - len(lines)]
    quantity = directly.minimum_quantity or 1
    lines += [f";{vip_id};{directly.name};{quantity}" for vip_id in wanted]
    rows = [f"B32-{at // LINES_OF_ORDER};{today};{line}" for at, line in enumerate(lines[:LINES])]
    return "\n".join([_HEADS, *rows]).encode(), len(rows)
