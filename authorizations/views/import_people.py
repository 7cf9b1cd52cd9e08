"""Import a list of people: `/member/<VIP ID>/people/import/`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from authorizations.actions.import_people import Plan, import_people, plan_import
from authorizations.forms.import_people import ImportForm
from authorizations.importing.reading import MOST_ROWS
from authorizations.importing.rows import Catalog, check
from authorizations.licenses.owned import product_rows
from authorizations.models import Product
from authorizations.views.people import path_of
from customers.admins.doors import MemberRequest, member_door
from customers.admins.vip_terms import refuse_until_accepted
from customers.models import Customer
from reseller_console.lib.htmx import see_other
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.dialogs import CONFLICT, WRONG
from reseller_console.tenancy.submissions import mark_of, once

TEMPLATE = "member/import.html"
SHOWN = 200


@member_door(write=True)
def import_list(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Read a list, show what would become of it, and import it once that is confirmed."""
    products = [row.product for row in product_rows(customer, day=request.day)]
    given = [product for product in products if product.given_to_people]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    asked = {"product": request.GET.get("product", "")}
    form = ImportForm(*sent, products=given, initial=asked)
    context: dict[str, object] = {
        "customer": customer,
        "form": form,
        "back": path_of(customer),
        "products": given,
        "most_rows": MOST_ROWS,
    }
    if not sent or not form.is_valid():
        return render(request, TEMPLATE, context, status=WRONG if sent else 200)
    return _go_on(request, customer, form, context, products)


def _go_on(
    request: MemberRequest,
    customer: Customer,
    form: ImportForm,
    context: dict[str, object],
    products: list[Product],
) -> HttpResponse:
    """Show what would become of the list, or import it when that has been seen."""
    status = 200
    rows, faults = check(form.reading, catalog=Catalog(products), product=form.chosen)

    def act() -> str:
        expected = form.cleaned_data["expected"] or 0
        import_people(customer, rows, expected=expected, by=request.user, day=request.day)
        return path_of(customer)

    mark = mark_of(request)
    if form.goes_in and mark is not None:
        try:
            leads_to = once(mark, act)
        except ActionRefused as refusal:
            context["refused"], status = str(refusal), CONFLICT
        else:
            messages.success(request, _said(form.cleaned_data["expected"] or 0))
            return see_other(request, leads_to)
    plan = plan_import(customer, rows, day=request.day)
    context |= {"plan": plan, "products_given": _by_product(plan), "reading": form.reading}
    context |= _shown(faults + plan.beyond) | {"terms": _terms(customer)}
    return render(request, TEMPLATE, context, status=status)


def _shown(faults: list) -> dict[str, object]:
    """Return the faults of a list in the order of its lines, no more than can be read."""
    ordered = sorted(faults, key=lambda fault: fault.line)
    return {"faults": ordered[:SHOWN], "faults_count": len(ordered), "faults_shown": SHOWN}


def _by_product(plan: Plan) -> list[tuple[Product, int]]:
    return [(product, len(rows)) for product, rows in plan.given.items()]


def _terms(customer: Customer) -> str:
    try:
        refuse_until_accepted(customer)
    except ActionRefused as refusal:
        return str(refusal)
    return ""


def _said(count: int) -> str:
    return ngettext(
        "%(count)s license was given out.", "%(count)s licenses were given out.", count
    ) % {"count": f"{count:,}"}
