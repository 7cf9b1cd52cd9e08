"""Small words for templates: badges, dates, numbers, addresses of the same page."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reseller_console.lib import wording
from reseller_console.lib.logs import context as logs
from reseller_console.lib.states import StateChoices

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """Return the id under which the log has this request, for people who report trouble."""
    return logs.request_id()


@register.simple_tag
def badge(choice: StateChoices | None) -> SafeString | str:
    """Render a state as a badge with its own label, tone and meaning.

    The meaning is a tooltip for those who point at it and hidden text for those who listen.
    """
    if choice is None:
        return ""
    meaning = choice.meaning
    return format_html(
        '<span class="badge-{}" title="{}">{}<span class="visually-hidden"> ({})</span></span>',
        choice.tone,
        meaning,
        choice.label,
        meaning,
    )


@register.filter
def named(row: Any, name: str) -> Any:
    """Return what a row or its shape has under a name that only the column knows."""
    return row[name] if isinstance(row, dict) else getattr(row, name)


@register.filter
def number(value: int) -> SafeString | str:
    """Write a number with its thousands apart; nothing, a muted 0, must not catch the eye."""
    if not value:
        return format_html('<span class="muted">{}</span>', 0)
    return number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def mail_link(address: str) -> SafeString:
    """Return an email address as a link to write to it."""
    return format_html('<a href="mailto:{}">{}</a>', quote(address, safe="@"), address)


@register.filter
def iso(date: dt.date | None) -> str:
    """Return the date as YYYY-MM-DD, for `<time datetime>`; blank for none."""
    return date.isoformat() if date else ""


@register.filter
def long_date(date: dt.date | None) -> str:
    """Write a date as "2 March 2026" in the reader's language; blank for none."""
    return wording.long_date(date) if date else ""


@register.filter
def short_date(date: dt.date | None) -> str:
    """Write a date as "2 Mar 2026" in the reader's language; blank for none."""
    return wording.short_date(date) if date else ""


@register.filter(expects_localtime=True)
def moment(at: dt.datetime | None) -> str:
    """Write an instant as "2 Mar 2026, 14:05", in the time zone in force; blank for none."""
    return wording.moment(at) if at else ""
