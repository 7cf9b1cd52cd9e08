"""Licenses of one product in people's hands: `/member/<VIP ID>/products/<product>/…`."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.actions.assign import (
    assign,
    none_free,
    refuse_unless_held,
    take_back,
    until_ordered,
)
from authorizations.actions.choose import choose_last
from authorizations.forms.assign import AssignForm
from authorizations.forms.choose import ChoiceForm
from authorizations.licenses.choosing import Question, field_of, waiting_question
from authorizations.licenses.holders import ProductPage, chosen_of, product_of
from authorizations.licenses.lists import Listing
from authorizations.licenses.queue import queue_of
from authorizations.models import Product
from customers.admins.doors import MemberRequest, member_door
from customers.admins.vip_terms import refuse_until_accepted
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_part
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.way_back import comes_back
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.forms import KeyedForm


def path_of(customer: Customer, product: Product) -> str:
    """Return the address of a product's page."""
    return f"{customer.get_member_url()}products/{product.pk}/"


@comes_back
@member_door()
def product(request: MemberRequest, customer: Customer, product_id: int) -> HttpResponse:
    """Show who has a license of a product; paging and searching swap the list alone."""
    found, queue = product_of(customer, product_id, day=request.day)
    listing = Listing.from_query(request.GET, path=path_of(customer, found))
    page = ProductPage(customer, found, queue, day=request.day, listing=listing)
    context = {
        "customer": customer,
        "page": page,
        "why_none": lambda: none_free(customer, found, queue, today=request.day.today),
        "until_ordered": lambda: until_ordered(customer, found, queue, today=request.day.today),
    }
    return render_page_or_part(request, "member/product.html", context, part="people")


@member_door(write=True)
def give(request: MemberRequest, customer: Customer, product_id: int) -> HttpResponse:
    """Give a person a license."""
    found, queue = product_of(customer, product_id, day=request.day)
    form = AssignForm(request.POST or None)

    def act() -> str:
        person = (form.cleaned_data["name"], form.cleaned_data["address"])
        assign(customer, found, people=[person], by=request.user, day=request.day)
        return path_of(customer, found)

    def why_not() -> str:
        try:
            refuse_until_accepted(customer)
            now = queue_of(customer, found, day=request.day)
            refuse_unless_held(found, now)
        except ActionRefused as refusal:
            return str(refusal)
        return "" if now.free else none_free(customer, found, now, today=request.day.today)

    return show_or_act(
        request,
        form,
        act,
        template="member/give.html",
        context={
            "customer": customer,
            "product": found,
            "queue": queue,
            "back": path_of(customer, found),
            "why_not": why_not,
        },
        said=_("The license of %(product)s can be used now.") % {"product": found.name},
    )


@member_door(write=True)
def take_back_many(request: MemberRequest, customer: Customer, product_id: int) -> HttpResponse:
    """Name the people who were ticked, and take their licenses back once that is confirmed."""
    found, _line = product_of(customer, product_id, day=request.day)
    sent = request.POST if request.method == "POST" else request.GET
    chosen, too_many = [], ""
    try:
        chosen = chosen_of(customer, found, sent.getlist("a"))
    except ActionRefused as refusal:
        too_many = str(refusal)

    def act() -> str:
        take_back(chosen, by=request.user, day=request.day)
        return path_of(customer, found)

    return show_or_act(
        request,
        KeyedForm(request.POST or None),
        act,
        template="member/take_back.html",
        context={
            "customer": customer,
            "product": found,
            "chosen": chosen,
            "too_many": too_many,
            "back": path_of(customer, found),
            "action": f"{path_of(customer, found)}take-back/",
        },
        said=ngettext(
            "%(count)d license of %(product)s is free again.",
            "%(count)d licenses of %(product)s are free again.",
            len(sent.getlist("a")),
        )
        % {"count": len(sent.getlist("a")), "product": found.name},
    )


@member_door(write=True)
def choose(request: MemberRequest, customer: Customer, product_id: int) -> HttpResponse:
    """Choose who goes without while fewer licenses work than people have."""
    found, _line = product_of(customer, product_id, day=request.day)

    def form(data: QueryDict | None = None) -> ChoiceForm:
        question = waiting_question(found, queue_of(customer, found, day=request.day))
        questions = [question] if question.number else []
        zone = customer.reseller.time_zone
        return ChoiceForm(data, questions=questions, label=_label, time_zone=zone)

    sent = form(request.POST or None)

    def act() -> str:
        answer = sent.answers.get(found.pk)
        choose_last(customer, found, answer=answer, by=request.user, day=request.day)
        return path_of(customer, found)

    return show_or_act(
        request,
        sent,
        act,
        template="member/choose.html",
        context={
            "customer": customer,
            "product": found,
            "field": field_of(found.pk),
            "back": path_of(customer, found),
        },
        again=form,
        said=_("The new order is saved."),
    )


def _label(question: Question) -> str:
    return ngettext(
        "Choose %(number)d person whose license waits",
        "Choose %(number)d people whose licenses wait",
        question.number,
    ) % {"number": question.number}
