"""Cancel Purchase Authorization: `…/authorizations/<PA number>/cancellation/`."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from authorizations.actions.cancel import cancel_authorization, why_not
from authorizations.doors import authorization_of
from authorizations.forms.choose import ChoiceForm
from authorizations.forms.losing import who_loses
from authorizations.licenses.choosing import questions_of_cancelling
from authorizations.rules.status import Status
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.tenancy.dialogs import show_or_act


@door(write=True)
def cancel(request: ColleagueRequest, customer: Customer, number: str) -> HttpResponse:
    """Say what the users lose and who loses it, and take it away once that is confirmed."""
    authorization, today = authorization_of(request, customer, number), request.day.today
    order = authorization.order

    def form(data: QueryDict | None = None) -> ChoiceForm:
        pending = authorization_of(request, customer, number).status == Status.PENDING
        questions = questions_of_cancelling(authorization, day=request.day) if pending else []
        zone = customer.reseller.time_zone
        return ChoiceForm(data, questions=questions, label=who_loses, time_zone=zone)

    sent = form(request.POST or None)

    def act() -> str:
        cancel_authorization(authorization, losing=sent.answers, by=request.user, day=request.day)
        return customer.get_absolute_url()

    return show_or_act(
        request,
        sent,
        act,
        template="authorizations/cancel.html",
        context={
            "customer": customer,
            "pa": authorization,
            "back": customer.get_absolute_url(),
            # What it is by the time the answer is written: another may have been quicker.
            "why_not": lambda: why_not(authorization_of(request, customer, number), today=today),
            "returnable": order if order and order.may_be_returned(today) else None,
        },
        again=form,
        said=_("%(number)s is cancelled; its licenses are gone.") % {"number": number},
    )
