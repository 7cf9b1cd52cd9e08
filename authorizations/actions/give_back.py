"""Record a return: licenses of an order that the vendor takes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from authorizations.actions.anniversary import clear_if_nothing_is_left
from authorizations.actions.create import remember_papers
from authorizations.actions.lose import end_licenses, people_in_email, tell_who_lost
from authorizations.emails import products_in_words, return_facts, return_name
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.choosing import Answers, Question, questions_without
from authorizations.licenses.queue import Ended
from authorizations.models import (
    Assignment,
    Order,
    OrderLine,
    PurchaseAuthorization,
    PurchaseKind,
    ReturnedLine,
)
from authorizations.rules.licenses import Without
from authorizations.rules.reasons import why_not_returned
from authorizations.rules.status import Status
from customers.actions.frame import Work, acting_on
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from reseller_console.tenancy.models import Day

# So many licenses go back, by the id of their order line.
Quantities = Mapping[int, int]
Taken = Mapping[OrderLine, int]


def record_return(
    order: Order,
    customer: Customer,
    *,
    quantities: Quantities | None = None,
    number: str,
    losing: Answers | None = None,
    by: User,
    day: Day,
) -> list[ReturnedLine]:
    """Record that a customer's licenses of an order go back today, under the vendor's number.

    Possible up to and including the last day of the order's return window (rules section 2).
    Without `quantities` everything goes that is left. Where more people have a license than
    remain, the newest lose theirs, or those of `losing` (an answer to each of
    `questions_of_returning`, by product). Raises ActionRefused with code "too_late",
    "nothing_left", "nothing" (no quantities), "too_many" (more than is left, at the line's
    field), "number_taken" (field number), "changed" when the questions are others by now, or
    "count" at a product's field.
    """
    with acting_on([customer], by=by, day=day) as work:
        order = Order.objects.select_for_update().get(pk=order.pk)
        sentence = why_not_returned(order, today=day.today)
        if sentence:
            raise ActionRefused(sentence, code="too_late")
        taken = _taken(returnable(order, customer), quantities)
        questions = questions_of_returning(work.customer, taken, day=day)
        losses = end_licenses(questions, losing, because=Assignment.Ended.RETURNED, by=by)
        rows = _insert(order, taken, number=number, by=by, day=day)
        clear_if_nothing_is_left(work, work.customer)
        remember_papers(work.customers, number)
        _tell(work, order, rows, losses)
    return rows


def returnable(order: Order, customer: Customer) -> list[OrderLine]:
    """Return the customer's lines of an order of which something is left, with `kept`."""
    lines = order.lines.kept().filter(customer=customer)
    return list(lines.select_related("product", "authorization").order_by("id"))


def questions_of_returning(customer: Customer, taken: Taken, *, day: Day) -> list[Question]:
    """Ask who loses a license when so many go back; nothing where enough remain."""
    returning = {line.pk: number for line, number in taken.items()}
    return questions_without(customer, Without(returning=returning), day=day)


def _taken(lines: Sequence[OrderLine], quantities: Quantities | None) -> dict[OrderLine, int]:
    """Return what goes back of each line; refuse what is not there any more."""
    if not lines:
        raise ActionRefused(
            _("All licenses of this order have been returned already."), code="nothing_left"
        )
    if quantities is None:
        return {line: line.kept for line in lines}
    gone = set(quantities) - {line.pk for line in lines}
    if any(quantities[pk] for pk in gone):
        raise ActionRefused(
            _("Some of these licenses have been returned meanwhile. Please review them again."),
            code="changed",
        )
    taken = {line: quantities.get(line.pk, 0) for line in lines}
    for line, number in taken.items():
        if number > line.kept:
            raise ActionRefused(
                _("%(product)s: at most %(left)d can be returned.")
                % {"product": line.product, "left": line.kept},
                field=field_of_line(line),
                code="too_many",
            )
    if not any(taken.values()):
        raise ActionRefused(_("Enter how many licenses are returned."), code="nothing")
    return {line: number for line, number in taken.items() if number}


def field_of_line(line: OrderLine) -> str:
    """Return the name of the form field that says how many of a line go back."""
    return f"line_{line.pk}"


def _insert(order: Order, taken: Taken, *, number: str, by: User, day: Day) -> list[ReturnedLine]:
    rows = [
        ReturnedLine(
            reseller_id=order.reseller_id,
            order_line=line,
            quantity=quantity,
            number=number,
            number_key=comparison_key(number),
            returned_on=day.today,
            recorded_by=by,
        )
        for line, quantity in taken.items()
    ]
    try:
        with transaction.atomic():
            return ReturnedLine.objects.bulk_create(rows)
    except IntegrityError as error:
        taken_by = ("one_return_per_line_and_number", "return_number_of_one_order")
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name not in taken_by:
            raise
        raise ActionRefused(
            _("Return %(number)s is recorded already.") % {"number": number},
            field="number",
            code="number_taken",
        ) from error


def _tell(work: Work, order: Order, rows: Sequence[ReturnedLine], losses: Sequence[Ended]) -> None:
    customer, number = work.customer, rows[0].number
    lines = [(row.order_line.product.name, row.quantity) for row in rows]
    words = products_in_words(lines)
    work.event(customer, PurchaseKind.GIVEN_BACK, number=number, order=order.number, products=words)
    tell_who_lost(work, customer, AssignmentKind.RETURNED, losses, number=number)
    whole = _returned_whole(rows, work.day)
    for pa in whole:
        work.event(customer, PurchaseKind.RETURNED, number=pa, order=order.number)
    work.email_vip_admins(
        customer,
        template="licenses_returned",
        key=f"licenses_returned:{return_name(order, customer, number)}",
        context=return_facts(order, rows, whole=whole) | people_in_email(losses),
    )


def _returned_whole(rows: Sequence[ReturnedLine], day: Day) -> list[str]:
    """Return the numbers of the PAs that these returns have completed."""
    concerned = {row.order_line.authorization_id for row in rows} - {None}
    found = PurchaseAuthorization.objects.on(day.today).filter(pk__in=concerned)
    returned = found.filter(status=Status.RETURNED).order_by("created_on", "id")
    return list(returned.values_list("number", flat=True))
