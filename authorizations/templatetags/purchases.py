"""The rows of purchase authorizations and of the activity, printed from stencils."""

from __future__ import annotations

import datetime as dt

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import ngettext

from authorizations.details import stencils
from authorizations.models import OrderLine
from authorizations.orders import words
from customers.models import Customer
from reseller_console.lib.lists import grouped

register = template.Library()

register.simple_tag(stencils.open_rows)
register.simple_tag(stencils.history_rows)
register.simple_tag(stencils.worklist_rows)
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
