"""Rows printed from stencils.

Running a template for every row is most of the work of a list page. Rows differ in little
more than their texts, so the template of a row runs once for each shape a row can have, with
marks in place of the texts; filling the marks is then all a row takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from operator import attrgetter
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from customers.invitation_status import InvitationStatus
from customers.rows import Row
from notifications.delivery import Delivery
from reseller_console.accounts.models import User

# A private-use character, which neither a template nor a name in the console contains.
_MARK = "\ue000"
_TEXTS = (
    "vip_id",
    "path",
    "name",
    "email",
    "segment",
    "anniversary_text",
    "anniversary_iso",
    "manager",
    "invitation_label",
    "invitation_tone",
    "delivery_label",
    "delivery_tone",
)
_texts_of = attrgetter(*_TEXTS)


class Shape(NamedTuple):
    """What a row has and offers, beside its texts."""

    pick: bool  # a box to choose it, and Change Managed by
    create: bool
    resend: bool
    date: bool
    mail: bool
    requested: bool


class _Escaped(dict[str, str]):
    """Each text of a page escaped once; most of them stand in many rows.

    All are plain strings, so that Python's own escape does, which is three times as quick
    as the one that also takes lazy translations.
    """

    def __missing__(self, text: str) -> str:
        self[text] = escape(text)
        return self[text]


def rows_html(rows: Iterable[Row], user: User) -> SafeString:
    """Return the rows of the table's body, with the actions that are open to `user`."""
    language = get_language() or ""
    write, pick = user.may_write, user.may_run_team
    escaped = _Escaped()
    printed = []
    for row in rows:
        shape = Shape(
            pick,
            write and row.takes_authorizations,
            write and row.takes_invitation,
            row.anniversary is not None,
            row.delivery is not None,
            row.requested,
        )
        texts = dict(zip(_TEXTS, map(escaped.__getitem__, _texts_of(row)), strict=True))
        printed.append(_stencil(language, shape) % texts)
    return mark_safe("".join(printed))


@lru_cache(maxsize=512)
def _stencil(language: str, shape: Shape) -> str:
    """Return the template of a row of this shape, ready for `%` with a dict of escaped texts."""
    marked = {field: f"{_MARK}{field}{_MARK}" for field in _TEXTS}
    html = render_to_string("customers/row.html", {"row": marked, "shape": shape})
    plain = " ".join(html.split()).replace("%", "%%")
    return re.sub(f"{_MARK}(\\w+){_MARK}", r"%(\1)s", plain)


def legend_html() -> SafeString:
    """Return what the states of an invitation and of its mail mean."""
    return _legend(get_language() or "")


@lru_cache
def _legend(language: str) -> SafeString:
    states = {"invitation_states": InvitationStatus, "delivery_states": Delivery}
    return render_to_string(
        "customers/legend.html", {name: list(choices) for name, choices in states.items()}
    )
