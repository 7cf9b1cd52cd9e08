"""Writing an email: from the facts on the outbox row to subject, text and HTML.

Each email is one template, `templates/email/<template>.html`, that fills the blocks of a layout.
The same blocks make the subject (`layout.subject.txt`), the text (`layout.txt`) and the HTML
(`layout.html`), so that every sentence is written once.

What was typed by people is a value in a template, never a template: it is made one line,
and escaped in HTML. A fact the email needs and does not have is an error, not a gap.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.backends.django import get_installed_libraries
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from notifications import secret_links
from notifications.models import Email
from reseller_console.lib.languages import spoken
from reseller_console.lib.missing import Missing

FOLDER = "email"
SUBJECT_LENGTH = 400
# In stored text, secret links are names between two private-use characters, which are taken
# out of everything people typed.
_MARK = re.compile("\ue000(\\w+)\ue001")
_UNPRINTABLE = re.compile("[\ue000\ue001\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")

_GAP = re.compile(r"\n\s*\n")
# Facts whose text is a date, beside those whose names end in `_on`.
_DATES = frozenset({"on", "counts_to"})


@dataclass(frozen=True)
class Rendered:
    """A written email."""

    subject: str
    text: str
    html: str


class WordsRemoved(Exception):
    """The email has been kept for so long that its words have gone."""


@cache
def _engine(*, autoescape: bool) -> Engine:
    return Engine(
        dirs=[str(settings.BASE_DIR / "templates")],
        libraries=get_installed_libraries(),
        builtins=["django.templatetags.i18n", "notifications.templatetags.emails"],
        autoescape=autoescape,
        string_if_invalid=Missing("The email has no fact “%s”."),
    )


def exists(template: str) -> bool:
    """Return whether there is an email of that name."""
    try:
        _engine(autoescape=True).get_template(f"{FOLDER}/{template}.html")
    except TemplateDoesNotExist:
        return False
    return True


def write(email: Email) -> Rendered:
    """Write the email from its facts, with marks in place of secret links.

    Raises MissingName when a fact is not there, LookupError when there is no such email.
    """
    facts = _facts_of(email)
    with translation.override(facts["language"]):
        facts["subject"] = subject = _subject(email.template, facts)
        return Rendered(
            subject=subject,
            text=_GAP.sub("\n\n", _render(email.template, "layout.txt", facts)).strip() + "\n",
            html=_render(email.template, "layout.html", facts),
        )


def written(email: Email) -> Rendered:
    """Return the email as it was written for sending; write it when it was not."""
    if email.subject:
        return Rendered(subject=email.subject, text=email.text, html=email.html)
    if email.words_removed_at:
        raise WordsRemoved(_("Its text is no longer kept."))
    return write(email)


def subject_of(email: Email) -> str:
    """Return the subject; for an email that cannot be written, the name of its template."""
    if email.subject:
        return email.subject
    if email.words_removed_at:
        return _("An email whose text is no longer kept")
    try:
        facts = _facts_of(email)
        with translation.override(facts["language"]):
            return _subject(email.template, facts)
    except Exception:
        # A list of emails stays a list, whatever is wrong with one of them.
        return email.template


def with_secret_links(rendered: Rendered, email: Email) -> Rendered:
    """Return the email as the recipient gets it, its secret links filled in.

    Raises what `notifications.secret_links.address` raises.
    """
    return _filled(rendered, lambda name: secret_links.address(email.context[name]))


def secret_addresses(email: Email) -> tuple[str, ...]:
    """Return the addresses that must not appear in any record."""
    links = (value for value in email.context.values() if secret_links.is_secret_link(value))
    return tuple(secret_links.address(value) for value in links)


def without_secret_links(rendered: Rendered) -> Rendered:
    """Return the email for people who may know what was said but not act on its links."""
    return _filled(rendered, lambda name: f"[{name}]")


def _facts_of(email: Email) -> dict[str, Any]:
    own = {"language": spoken(email.language), "to_name": one_line(email.to_name)}
    return _facts(email.context) | own


def _subject(template: str, facts: Mapping[str, object]) -> str:
    return " ".join(_render(template, "layout.subject.txt", facts).split())[:SUBJECT_LENGTH]


def _render(template: str, layout: str, facts: Mapping[str, object]) -> str:
    html = layout.endswith(".html")
    try:
        found = _engine(autoescape=html).get_template(f"{FOLDER}/{template}.html")
    except TemplateDoesNotExist as error:
        raise LookupError(f"There is no email {template}.") from error
    return found.render(
        Context({**facts, "layout": f"{FOLDER}/{layout}", "html": html}, autoescape=html)
    )


def _filled(rendered: Rendered, name_to_text: Callable[[str], str]) -> Rendered:
    def fill(text: str, finish: Callable[[str], str]) -> str:
        return _MARK.sub(lambda mark: finish(name_to_text(mark[1])), text)

    return Rendered(
        subject=rendered.subject, text=fill(rendered.text, str), html=fill(rendered.html, escape)
    )


def _facts(context: Mapping[str, object]) -> dict[str, object]:
    return {
        name: f"\ue000{name}\ue001" if secret_links.is_secret_link(value) else _fact(name, value)
        for name, value in context.items()
    }


def _fact(name: str, value: object) -> object:
    if isinstance(value, str):
        is_date = name in _DATES or name.endswith("_on")
        return dt.date.fromisoformat(value) if is_date and value else one_line(value)
    if isinstance(value, Mapping):
        return {key: _fact(key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_fact(name, item) for item in value]
    return value


def one_line(text: str) -> str:
    """Return the text as one line, without characters that could change what surrounds it."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())
