"""Create a purchase authorization (PA): licenses to use now, an order to place later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from authorizations.actions.anniversary import set_by_first_purchase
from authorizations.actions.settle import settle
from authorizations.activity import PurchaseKind
from authorizations.catalog.lines import check_lines
from authorizations.emails import facts, products_in_words, request_facts
from authorizations.models import AuthorizationLine, Product, PurchaseAuthorization
from authorizations.numbers import new_authorization_number
from authorizations.rules import rollup
from authorizations.rules.dates import born_with
from authorizations.rules.past_due import refuse_while_past_due
from customers.actions.lock import locked
from customers.admins.memberships import is_admin_of
from customers.emails import post_to_manager, post_to_vip_admins
from customers.models import Customer, CustomerEvent
from reseller_console.accounts.models import User
from reseller_console.lib.fresh import save_with_fresh_number
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import searchable
from reseller_console.tenancy.models import Day

Lines = Sequence[tuple[Product, int]]


class Made(TypedDict):
    """What a PA is told about itself when it is made."""

    po_number: str
    created_by: User
    requested_by: User | None


def create_authorization(
    customer: Customer,
    *,
    lines: Lines,
    po_number: str,
    by: User,
    today: dt.date,
    requested_by: User | None = None,
) -> PurchaseAuthorization:
    """Create a PA dated `today`; its licenses are usable at once and the VIP admins are told.

    `requested_by` is the VIP admin who asked for it; whoever manages the customer is told
    then what to order and until when. None when the reseller makes it.

    Raises ActionRefused with code "past_due" while the customer is past due, "withdrawn"
    after its invitation was withdrawn, "no_admin" when `requested_by` has just stopped being
    its admin, or a line's own code (`authorizations.catalog.lines`).
    """
    day = customer.reseller.day(today)
    with transaction.atomic():
        customer = locked(customer, day=day)
        settle([customer], day=day)
        _refuse_who_may_not(customer, requested_by)
        refuse_while_past_due(customer, today=today, to_member=requested_by is not None)
        check_lines(customer, lines, today=today)
        made: Made = {"po_number": po_number, "created_by": by, "requested_by": requested_by}
        authorization = _insert(customer, lines, day=day, **made)
        set_by_first_purchase(customer, authorization.dates, by=by)
        remember_papers(customer, authorization.number, po_number)
        rollup.refresh(customer.reseller, day=day, customer_ids=[customer.pk])
        _tell(customer, authorization, by=by)
    return authorization


def _refuse_who_may_not(customer: Customer, requested_by: User | None) -> None:
    if customer.withdrawn_at is not None:
        raise ActionRefused(
            _("The invitation of %(name)s was withdrawn. Resend it first.")
            % {"name": customer.name},
            code="withdrawn",
        )
    if requested_by is not None and not is_admin_of(requested_by, customer):
        raise ActionRefused(
            _("You are not an admin of this organization any more."), code="no_admin"
        )


def _insert(
    customer: Customer, lines: Lines, *, day: Day, **made: Unpack[Made]
) -> PurchaseAuthorization:
    dates = born_with(
        day.today,
        terms=day.terms,
        anniversary=customer.anniversary_on,
        day=customer.anniversary_day,
    )
    authorization = PurchaseAuthorization(
        reseller_id=customer.reseller_id,
        customer=customer,
        created_on=day.today,
        **made,
        **asdict(dates),
    )

    def save() -> None:
        authorization.number = new_authorization_number()
        authorization.save(force_insert=True)

    save_with_fresh_number(save, column="purchaseauthorization_number")
    AuthorizationLine.objects.bulk_create(
        AuthorizationLine(
            reseller_id=customer.reseller_id,
            authorization=authorization,
            product=product,
            quantity=quantity,
        )
        for product, quantity in lines
    )
    return authorization


def remember_papers(customer: Customer, *papers: str) -> None:
    """Let the customer be found by these numbers from now on."""
    words = searchable(" ".join(paper for paper in papers if paper))
    if words:
        Customer.objects.filter(pk=customer.pk).update(
            search_papers=Concat(F("search_papers"), Value(f" {words}"))
        )


def _tell(customer: Customer, authorization: PurchaseAuthorization, *, by: User) -> None:
    lines = [(line.product.name, line.quantity) for line in authorization.lines.all()]
    CustomerEvent.objects.create(
        reseller_id=customer.reseller_id,
        customer=customer,
        by=by,
        kind=PurchaseKind.REQUESTED if authorization.requested_by else PurchaseKind.CREATED,
        details={"number": authorization.number, "products": products_in_words(lines)},
    )
    number, context = authorization.number, facts(authorization)
    if authorization.requested_by is None:
        post_to_vip_admins(
            customer, template="pa_created", key=f"pa_created:{number}", context=context
        )
        return
    context |= request_facts(authorization)
    post_to_vip_admins(
        customer, template="pa_request_copy", key=f"pa_request_copy:{number}", context=context
    )
    post_to_manager(
        customer, template="pa_requested", key=f"pa_requested:{number}", context=context
    )
