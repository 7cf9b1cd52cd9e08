"""The rows of the customers' list, printed from stencils (`lib/lists/stencils.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from customers.customer_list.rows import Row
from customers.invitations.status import InvitationStatus
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.lib.lists.stencils import Escaped, stencil
from reseller_console.lib.wording import short_date


class Shape(NamedTuple):
    """What a row has and offers, beside its texts."""

    pick: bool  # a box to choose it, and Change Managed by
    create: bool
    resend: bool
    date: bool
    invitation: InvitationStatus
    mail: Delivery | None
    requested: bool


def rows_html(rows: Iterable[Row], user: User) -> SafeString:
    """Return the rows of the table's body, with the actions that are open to `user`."""
    write, pick = user.may_write, user.may_run_team
    escaped = Escaped()
    printed = []
    for row in rows:
        date = row.anniversary
        shape = Shape(
            pick,
            write and row.takes_authorizations,
            write and row.takes_invitation,
            date is not None,
            row.invitation,
            row.delivery,
            row.requested,
        )
        texts = {
            "vip_id": row.vip_id,
            "name": escaped[row.name],
            "email": escaped[row.email],
            "segment": escaped[row.segment],
            "manager": escaped[row.manager],
            "date": short_date(date) if date else "",
            "date_iso": date.isoformat() if date else "",
        }
        printed.append(stencil("customers/row.html", shape) % texts)
    return mark_safe("".join(printed))


def legend_html() -> SafeString:
    """Return what the states of an invitation and of its mail mean."""
    return _legend(get_language() or "")


@lru_cache
def _legend(language: str) -> SafeString:
    states = {"invitation_states": InvitationStatus, "delivery_states": Delivery}
    return render_to_string(
        "customers/legend.html", {name: list(choices) for name, choices in states.items()}
    )
