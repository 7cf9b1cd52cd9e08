"""The rows of purchase authorizations and of the activity, printed from stencils."""

from __future__ import annotations

import datetime as dt

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import ngettext

from authorizations.details import stencils
from customers.models import Customer

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
