"""The one way a form becomes an effect: shown, sent, refused or carried out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from reseller_console.lib.htmx import render_page_or_dialog, see_other
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.way_back import way_back
from reseller_console.tenancy.forms import KeyedForm
from reseller_console.tenancy.submissions import led_to, mark_of, once

WRONG, CONFLICT = 422, 409


def leads_where_it_led(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a form whose own effect shuts the door behind it be sent twice.

    Anyone who has handed over or removed something gets 403 or 404 there from then on; the
    same form sent again however leads to where it led. Stands outside of the door.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **address: object) -> HttpResponseBase:
        try:
            return view(request, *args, **address)
        except (Http404, PermissionDenied):
            before = led_to(mark_of(request))
            if not before:
                raise
            return see_other(request, before)

    return answered


def show_or_act(
    request: HttpRequest,
    form: KeyedForm,
    act: Callable[[], str],
    *,
    template: str,
    context: dict[str, object],
    said: str = "",
    again: Callable[[], KeyedForm] | None = None,
    anybody: bool = False,
) -> HttpResponse:
    """Show `form` in `template`; once it is sent and right, run `act` and go where it leads.

    `act` returns a path; a dialog that was opened from a list leads back there instead. The same
    form sent twice acts once and leads to the same place, where `said` is read. A form that is
    wrong answers 422, an action refused for what has happened meanwhile 409, with its sentence as
    `refused`; what was typed stays, unless `again` makes a form that asks again. With `anybody`
    it does not matter for that who sends it (`submissions.mark_of`).
    """
    context = {"form": form, **context}
    if request.method != "POST":
        return render_page_or_dialog(request, template, context)

    def carried_out() -> str:
        path = act()
        return way_back(request) or path

    mark, status = mark_of(request, anybody=anybody), WRONG
    if form.is_valid() and mark is not None:
        try:
            path = once(mark, carried_out)
        except ActionRefused as refusal:
            form.refuse(refusal)
            if not refusal.field:
                status, context["refused"] = CONFLICT, str(refusal)
                context["form"] = again() if again else form
        else:
            if said:
                messages.success(request, said)
            return see_other(request, path)
    elif before := led_to(mark):
        # Right when it was sent first; what it did may be why its choices are gone.
        return see_other(request, before)
    return render_page_or_dialog(request, template, context, status=status)
