"""Order reports of distributors, `/orders/reports/`: upload, columns, preview, recording."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from authorizations.actions.reconcile import ask_to_record, choose_columns, upload_report
from authorizations.doors import report_of, reports_of, senders_of
from authorizations.forms.reports import ColumnsForm, ReportForm
from authorizations.models import OrderReport
from authorizations.reconciling.export import file_of
from authorizations.reconciling.page import Lines, screen_of
from authorizations.reconciling.reading import MOST_LINES, guessed, heads_of
from authorizations.reconciling.working import wake
from customers.doors import ColleagueRequest, door
from reseller_console.lib.htmx import render_page_or_part, see_other, wants_fragment
from reseller_console.lib.lists import Kind, file_response
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.tables.faults import Unreadable
from reseller_console.tenancy.dialogs import CONFLICT, WRONG
from reseller_console.tenancy.forms import KeyedForm
from reseller_console.tenancy.submissions import led_to, mark_of, once

PATH = "/orders/reports/"
NEWEST = 50
PROGRESS = "progress"


@door(write=True)
def reports(request: ColleagueRequest) -> HttpResponse:
    """Show the reports uploaded so far, and take in another one."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReportForm(*sent)

    def act() -> str:
        file = form.cleaned_data["file"]
        report = upload_report(
            request.reseller,
            sender=form.cleaned_data["sender"],
            file_name=file.name,
            content=file.read(),
            by=request.user,
        )
        _wake_for(report)
        return report.get_absolute_url()

    mark = mark_of(request)
    if sent and form.is_valid() and mark is not None:
        return see_other(request, once(mark, act))
    context = {
        "form": form,
        "reports": list(reports_of(request.user)[:NEWEST]),
        "senders": list(senders_of(request.user)),
        "most_lines": MOST_LINES,
    }
    return render(request, "authorizations/reports.html", context, status=WRONG if sent else 200)


@door(write=True)
def show(request: ColleagueRequest, report_id: int) -> HttpResponse:
    """Show how far a report is and what its lines are; sent, have its orders recorded."""
    report, status = report_of(request, report_id), 200
    form = KeyedForm(request.POST or None)
    context: dict[str, object] = {}
    mark = mark_of(request)
    polls = wants_fragment(request) and request.headers.get("HX-Target") == PROGRESS

    def act() -> str:
        ask_to_record(report, by=request.user)
        _wake_for(report)
        return report.get_absolute_url()

    if request.method == "POST":
        status = WRONG
        if before := led_to(mark):
            return see_other(request, before)
        if form.is_valid() and mark is not None:
            try:
                return see_other(request, once(mark, act))
            except ActionRefused as refusal:
                context["refused"], status = str(refusal), CONFLICT
    elif polls and not report.is_at_work:
        return see_other(request, report.get_absolute_url())
    elif report.is_at_work:
        # A wake-up may have been lost; looking again is another one.
        wake(report.pk)
    if not report.is_at_work:
        context["screen"] = screen_of(Lines.from_query(request.GET, report=report), request.day)
    context |= {"report": report, "form": form, "back": PATH, "fragment": wants_fragment(request)}
    part = PROGRESS if report.is_at_work else "fragment"
    return render_page_or_part(
        request, "authorizations/report.html", context, part=part, status=status
    )


@door()
def export(request: ColleagueRequest, report_id: int, kind: Kind) -> HttpResponseBase:
    """Send every line on the address's list, with what it was found to be.

    For those who may see the page: the ones who record orders.
    """
    if not request.user.may_write:
        raise PermissionDenied
    listing = Lines.from_query(request.GET, report=report_of(request, report_id)).at_start()
    return file_response(request, file_of(listing), kind, back=listing.path())


@door(write=True)
def columns(request: ColleagueRequest, report_id: int) -> HttpResponse:
    """Ask which column of the file is which, and have it read anew with that."""
    report = report_of(request, report_id)
    data = bytes(report.content)
    try:
        heads = heads_of(data) if data else []
    except Unreadable:
        heads = []
    initial = guessed(heads) | report.sender.columns
    form = ColumnsForm(request.POST or None, heads=heads, initial=initial)
    context: dict[str, object] = {"report": report, "form": form, "back": report.get_absolute_url()}
    context["heads"] = heads
    status = 200
    mark = mark_of(request)

    def act() -> str:
        choose_columns(report, form.cleaned_data)
        _wake_for(report)
        messages.success(request, _("The columns are remembered for this sender."))
        return report.get_absolute_url()

    if request.method == "POST":
        status = WRONG
        if form.is_valid() and mark is not None:
            try:
                return see_other(request, once(mark, act))
            except ActionRefused as refusal:
                context["refused"], status = str(refusal), CONFLICT
    return render(request, "authorizations/report_columns.html", context, status=status)


def _wake_for(report: OrderReport) -> None:
    transaction.on_commit(lambda: wake(report.pk), robust=True)
