"""What a return brings about: said before it is recorded, and after."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.emails import products_in_words
from authorizations.licenses.choosing import Question
from authorizations.models import Order, OrderLine, PurchaseAuthorization, ReturnedLine
from authorizations.rules.status import Status
from customers.models import Customer
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day


def consequences(order: Order, lines: Sequence[OrderLine], *, day: Day) -> list[str]:
    """Return what follows when the customer's `lines` of an order go back on a day."""
    said = [_("The licenses go at once.")]
    numbers = sorted({str(line.authorization) for line in lines if line.authorization})
    if numbers:
        named = {"numbers": ", ".join(numbers)}
        said.append(
            ngettext(
                "Once all of it is returned, %(numbers)s is Returned.",
                "Once all of it is returned, these are Returned: %(numbers)s.",
                len(numbers),
            )
            % named
        )
    renewed = next((line.renews_on for line in lines if line.renews_on), None)
    if renewed is not None:
        _opens, closes = day.terms.renewal_window.around(renewed)
        dates = {"anniversary": long_date(renewed), "closes": long_date(closes)}
        again = _(
            "The renewal at %(anniversary)s becomes open again; it can be renewed until %(closes)s."
        )
        over = _("The renewal window of %(anniversary)s is closed: the anniversary date stays.")
        said.append((again if day.today <= closes else over) % dates)
        if order.dropped.filter(customer_id=lines[0].customer_id).exists():
            said.append(
                _("Once all of it is returned, what it left out can be renewed again, too.")
            )
    return said


def what_was_returned(
    order: Order,
    customer: Customer,
    rows: Sequence[ReturnedLine],
    questions: Sequence[Question],
    *,
    day: Day,
) -> str:
    """Return the message after a return: what went back, who is affected, what is Returned."""
    lines = [(row.order_line.product.name, row.quantity) for row in rows]
    said = [
        _(
            "Return %(number)s of order %(order)s is recorded; these licenses are gone:"
            " %(products)s."
        )
        % {"number": rows[0].number, "order": order.number, "products": products_in_words(lines)}
    ]
    if lost := sum(question.number for question in questions):
        said.append(
            ngettext("%(count)d person lost a license.", "%(count)d people lost a license.", lost)
            % {"count": lost}
        )
    paid = PurchaseAuthorization.objects.on(day.today).filter(order=order, customer=customer)
    whole = paid.filter(status=Status.RETURNED, lines__product__in=_products(rows)).distinct()
    said += [
        _("%(number)s is Returned.") % {"number": number}
        for number in whole.order_by("created_on", "id").values_list("number", flat=True)
    ]
    return " ".join(said)


def _products(rows: Sequence[ReturnedLine]) -> list[int]:
    return [row.order_line.product_id for row in rows]
