"""The rows of purchase authorizations and of the activity, printed from stencils."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import ngettext

from authorizations.details import stencils
from authorizations.models import OrderLine
from authorizations.orders import words
from authorizations.rules.reasons import reason_of
from authorizations.rules.status import Status
from authorizations.workbench.stencils import workbench_rows
from customers.models import Customer
from reseller_console.lib.lists import grouped
from reseller_console.lib.reasons import Reason

register = template.Library()

register.simple_tag(stencils.open_rows)
register.simple_tag(stencils.history_rows)
register.simple_tag(stencils.worklist_rows)
register.simple_tag(workbench_rows)
register.simple_tag(stencils.member_rows)
register.simple_tag(stencils.activity_rows)

_DAYS_OF_MONTH = 365.25 / 12


@register.simple_tag
def activity_kept(customer: Customer) -> str:
    """Return how long entries are kept, for a customer of which older ones may have gone."""
    days = settings.RETENTION["customer_events"]
    if not days or customer.created_at > timezone.now() - dt.timedelta(days=days):
        return ""
    months = round(days / _DAYS_OF_MONTH)
    said = ngettext(
        "Entries are kept for %(count)d month.", "Entries are kept for %(count)d months.", months
    ) % {"count": months}
    return format_html('<p class="hint">{}</p>', said)


@register.simple_tag(takes_context=True)
def reason_in_email(context: Context, state: str) -> Reason:
    """Return why the PA an email is about is in a state in which it awaits its order, or lapsed.

    Made of the facts of the email, when it is written, in its language.
    """
    dates = ("created_on", "due_on", "suspends_on", "usable_until_on", "lapses_on", "counts_to")
    paper = SimpleNamespace(number=context["pa_number"], **{name: context[name] for name in dates})
    seller = SimpleNamespace(name=context["reseller_name"], time_zone="UTC")
    return reason_of(Status(state), paper, seller=seller, today=context["due_on"])


@register.filter
def purpose(line: OrderLine) -> str:
    """Return what a line of an order was bought for."""
    number = line.authorization.number if line.authorization else None
    return words.purpose(number, line.renews_on)


@register.filter
def term(line: OrderLine) -> str:
    """Return the license term of a line of an order."""
    return words.term_in_words(line.starts_on, line.counts_to)


@register.filter
def sent_back(line: OrderLine) -> str:
    """Return how many licenses of a line, read with `kept`, were returned."""
    gone = line.quantity - line.kept
    return grouped(gone) if gone else "–"
