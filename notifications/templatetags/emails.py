"""The words emails are written with; each knows whether it writes text or HTML."""

from __future__ import annotations

import datetime as dt
import textwrap

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from reseller_console.lib import wording

register = template.Library()

TEXT_WIDTH = 72
# Labels break between words only; the values beside them may break anywhere.
_LABEL = "padding:2px 16px 2px 0;color:#57606a;vertical-align:top;overflow-wrap:normal"
_VALUE = "padding:2px 0;color:#1f2328;vertical-align:top"
_BUTTON = (
    "display:inline-block;padding:10px 20px;border-radius:6px;"
    "background-color:#0550ae;color:#ffffff;font-weight:600;text-decoration:none"
)


@register.filter
def long_date(date: dt.date | str) -> str:
    """Write a date so that nobody anywhere misreads it: 2 March 2026."""
    return wording.long_date(date) if isinstance(date, dt.date) else date


@register.filter
def address(path: str) -> str:
    """Return the whole address of a path of the console.

    Raises ValueError for anything that is not a path of ours.
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError(f"{path!r} is not a path of the console.")
    return settings.CONSOLE_ORIGIN + path


@register.filter
def row_count(sections: list[dict]) -> int:
    """Return how many rows a digest has."""
    return sum(len(section["rows"]) for section in sections)


@register.filter
def paragraph(text: str) -> str:
    """Wrap a sentence of a text email; addresses stay whole."""
    return textwrap.fill(
        " ".join(text.split()), TEXT_WIDTH, break_long_words=False, break_on_hyphens=False
    )


@register.filter
def trimmed(text: str) -> str:
    """Drop the blanks and empty lines around a block."""
    return text.strip()


@register.filter
def without_gaps(text: str) -> str:
    """Drop the empty lines of a block and the blanks around its lines."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


@register.simple_tag(takes_context=True)
def detail(context: Context, label: str, value: object) -> SafeString | str:
    """Write a line of the details: label and value; nothing for a blank value."""
    if value in ("", None):
        return ""
    if isinstance(value, dt.date):
        value = long_date(value)
    if not context["html"]:
        return f"{label}: {value}\n"
    return format_html(
        '<tr><th scope="row" align="left" style="font-weight:400;{}">{}</th>'
        '<td style="{}">{}</td></tr>',
        _LABEL,
        label,
        _VALUE,
        value,
    )


@register.simple_tag(takes_context=True)
def licenses(context: Context, lines: list[dict]) -> SafeString | str:
    """Write the list of licenses, one product a line."""
    sentences = [
        ngettext("%(quantity)d license of %(product)s", "%(quantity)d licenses of %(product)s",
                 line["quantity"]) % line
        for line in lines
    ]  # fmt: skip
    if not context["html"]:
        return "".join(f"* {sentence}\n" for sentence in sentences)
    items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences))
    return format_html('<ul style="margin:16px 0;padding-left:20px">{}</ul>', items)


@register.simple_tag(takes_context=True)
def people_by_product(context: Context, heading: str, products: list[dict]) -> SafeString | str:
    """Write people under a heading, one product a line; `more` of them are only counted."""
    sentences = [
        ngettext("%(people)s and %(more)d more", "%(people)s and %(more)d more", row["more"]) % row
        if row["more"]
        else row["people"]
        for row in ({**product, "people": _named(product)} for product in products)
    ]
    if not context["html"]:
        return f"\n{paragraph(heading)}\n" + "".join(f"* {sentence}\n" for sentence in sentences)
    items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences))
    return format_html(
        '<p style="margin:16px 0">{}</p><ul style="margin:16px 0;padding-left:20px">{}</ul>',
        heading,
        items,
    )


@register.simple_tag(takes_context=True)
def own_words(context: Context, heading: str, lines: list[str]) -> SafeString | str:
    """Write what a person added: plain text line by line, nothing in it is a link or markup."""
    if not context["html"]:
        wrapped = "".join(f"{paragraph(line)}\n" for line in lines)
        return f"\n{paragraph(heading)}\n{wrapped}"
    quoted = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))
    return format_html(
        '<p style="margin:16px 0 4px">{}</p><p style="margin:0 0 16px;padding-left:12px;'
        'border-left:3px solid #d0d7de">{}</p>',
        heading,
        quoted,
    )


def _named(product: dict) -> str:
    return f"{product['product']}: {', '.join(product['people'])}"


@register.simple_tag(takes_context=True)
def button(context: Context, label: str, link: str) -> SafeString | str:
    """Write the one thing to press."""
    if not context["html"]:
        return f"{label}:\n{link}\n"
    return format_html(
        '<p style="margin:24px 0"><a href="{}" target="_blank" rel="noopener noreferrer"'
        ' style="{}">{}</a></p>',
        link,
        _BUTTON,
        label,
    )
