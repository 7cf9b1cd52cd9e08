"""Create a purchase authorization (PA): licenses to use now, an order to place later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TypedDict, Unpack

from django.db.models import F, Value, prefetch_related_objects
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from authorizations.actions.anniversary import set_by_first_purchase
from authorizations.catalog.lines import check_lines
from authorizations.emails import facts, products_in_words, request_facts, way_in
from authorizations.models import AuthorizationLine, Product, PurchaseAuthorization, PurchaseKind
from authorizations.numbers import new_authorization_number
from authorizations.rules.dates import born_with
from authorizations.rules.past_due import refuse_while_past_due
from customers.actions.frame import Work, acting_on
from customers.admins.memberships import is_admin_of
from customers.invitations.reasons import why_no_purchase
from customers.models import Customer, Invitation, Membership
from reseller_console.accounts.models import User
from reseller_console.lib.fresh import save_with_fresh_number
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import searchable
from reseller_console.tenancy.models import Day

Lines = Sequence[tuple[Product, int]]


class Made(TypedDict):
    """Fields set when a PA is created."""

    po_number: str
    created_by: User
    requested_by: User | None


def create_authorization(
    customer: Customer,
    *,
    lines: Lines,
    po_number: str,
    by: User,
    day: Day,
    requested_by: User | None = None,
) -> PurchaseAuthorization:
    """Create a PA dated today; its licenses are usable at once and the VIP admins are notified.

    `requested_by` is the VIP admin who asked for it; the customer's manager is notified
    then what to order and until when. None when the reseller makes it.

    Raises ActionRefused with code "past_due" while the customer is past due, "withdrawn"
    after its invitation was withdrawn, "no_admin" when `requested_by` has just stopped being
    its admin, or a line's own code (`authorizations.catalog.lines`).
    """
    with acting_on([customer], by=by, day=day) as work:
        customer = work.customer
        _refuse_who_may_not(customer, requested_by)
        refuse_while_past_due(customer, today=day.today)
        check_lines(customer, lines, today=day.today)
        made: Made = {"po_number": po_number, "created_by": by, "requested_by": requested_by}
        authorization = _insert(customer, lines, day=day, **made)
        set_by_first_purchase(work, customer, authorization.dates)
        remember_papers([customer], authorization.number, po_number)
        _tell(work, authorization)
    return authorization


def _refuse_who_may_not(customer: Customer, requested_by: User | None) -> None:
    withdrawn = why_no_purchase(customer)
    if withdrawn:
        raise ActionRefused(withdrawn, code="withdrawn")
    if requested_by is not None and not is_admin_of(requested_by, customer):
        raise ActionRefused(_("You are no longer an admin of this organization."), code="no_admin")


def _insert(
    customer: Customer, lines: Lines, *, day: Day, **made: Unpack[Made]
) -> PurchaseAuthorization:
    dates = born_with(
        day.today,
        terms=day.terms,
        anniversary=customer.first_anniversary_on,
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


def remember_papers(customers: Iterable[Customer], *papers: str) -> None:
    """Let customers be found by these numbers from now on."""
    words = searchable(" ".join(paper for paper in papers if paper))
    if words:
        Customer.objects.filter(pk__in=[customer.pk for customer in customers]).update(
            search_papers=Concat(F("search_papers"), Value(f" {words}"))
        )


def _way_in(customer: Customer) -> dict[str, object]:
    has_admins = Membership.objects.active().filter(customer=customer).exists()
    links = Invitation.objects.in_force().filter(customer=customer, used_at__isnull=True)
    version = None if has_admins else links.values_list("version", flat=True).first()
    return way_in(customer, has_admins=has_admins, link_version=version)


def _tell(work: Work, authorization: PurchaseAuthorization) -> None:
    customer, number = work.customer, authorization.number
    # Both the activity and the emails name every line; the products are read once for all.
    prefetch_related_objects([authorization], "lines__product")
    lines = [(line.product.name, line.quantity) for line in authorization.lines.all()]
    kind = PurchaseKind.REQUESTED if authorization.requested_by else PurchaseKind.CREATED
    work.event(customer, kind, number=number, products=products_in_words(lines))
    context = facts(authorization)
    if authorization.requested_by is None:
        context |= _way_in(customer)
        work.email_vip_admins(
            customer, template="pa_created", key=f"pa_created:{number}", context=context
        )
        return
    context |= request_facts(authorization)
    work.email_vip_admins(
        customer, template="pa_request_copy", key=f"pa_request_copy:{number}", context=context
    )
    work.email_manager(
        customer, template="pa_requested", key=f"pa_requested:{number}", context=context
    )
