"""Record a return: `/customers/<VIP ID>/orders/<id>/return/`."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse

from authorizations.actions.give_back import (
    questions_of_returning,
    record_return,
    returnable,
)
from authorizations.doors import order_of
from authorizations.forms.give_back import ReturnForm
from authorizations.licenses.choosing import Question
from authorizations.models import Order, OrderLine
from authorizations.orders.returning import consequences, what_was_returned
from authorizations.rules.reasons import why_not_returned
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_dialog
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.submissions import led_to, mark_of

TEMPLATE = "authorizations/return.html"


@door(write=True)
def give_back(request: ColleagueRequest, customer: Customer, order_id: int) -> HttpResponse:
    """Say what is returned and who loses it, and record it once that is confirmed.

    Who loses a license depends on how many go back: it is asked once the numbers were sent.
    """
    order, zone = order_of(request, customer, order_id), customer.reseller.time_zone
    lines = returnable(order, customer)
    context = _context(request, customer, order, lines)
    again = partial(_again, request, customer, order)
    first = ReturnForm(request.POST or None, lines=lines, time_zone=zone)
    questions: list[Question] = []
    if first.is_valid():
        questions = questions_of_returning(customer, first.taken, day=request.day)
    if questions and not first.answers_all(questions) and not led_to(mark_of(request)):
        return render_page_or_dialog(request, TEMPLATE, {"form": again()} | context)
    form = ReturnForm(request.POST or None, lines=lines, questions=questions, time_zone=zone)

    def act() -> str:
        rows = record_return(
            order,
            customer,
            quantities=form.quantities,
            number=form.cleaned_data["number"],
            losing=form.answers if questions else {},
            by=request.user,
            day=request.day,
        )
        said = what_was_returned(order, customer, rows, questions, day=request.day)
        messages.success(request, said)
        return customer.get_absolute_url()

    return show_or_act(request, form, act, template=TEMPLATE, context=context, again=again)


def _context(
    request: ColleagueRequest, customer: Customer, order: Order, lines: list[OrderLine]
) -> dict[str, object]:
    return {
        "customer": customer,
        "order": order,
        "consequences": consequences(order, lines, day=request.day) if lines else [],
        "why_not": why_not_returned(order, today=request.day.today),
        "back": customer.get_absolute_url(),
    }


def _again(request: ColleagueRequest, customer: Customer, order: Order) -> ReturnForm:
    """Ask again, about what is there now."""
    zone = customer.reseller.time_zone
    now = returnable(order, customer)
    asked = ReturnForm(request.POST, lines=now, time_zone=zone)
    about = asked.taken if asked.is_valid() else {}
    found = questions_of_returning(customer, about, day=request.day)
    return ReturnForm(lines=now, questions=found, time_zone=zone, typed=asked.typed)
