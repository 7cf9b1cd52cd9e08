"""The columns of the list, on the page and in the file; see "a column" in docs/how-to-add.md.

A fact is what is read of each customer. A column of the page shows some facts by a template of
its own, or one fact as text. Facts with a label are the columns of the file, in this order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.invitations.status import InvitationStatus
from customers.models import Offering
from notifications.delivery import Delivery
from reseller_console.tenancy.models import Segment


@dataclass(frozen=True)
class Fact:
    """A field of the customer, or an annotation by its name in `columns` of `_rows_on`.

    `choices` are what its values stand for. `values.py` writes every kind of value: texts,
    numbers, dates, instants, yes and no, lists of these, and none.
    """

    name: str
    label: str | Promise = ""
    choices: type[Choices] | None = None


@dataclass(frozen=True)
class Column:
    """A column of the page: its head, the facts it shows, the sort behind its head.

    Its template, a cell, is run once for each shape of a row (`stencils.py`).
    """

    label: str | Promise
    facts: Sequence[str]
    sort: str = ""
    cell: str = "customers/cells/text.html"

    @property
    def fact(self) -> str:
        """The one fact of a column of text, or of a date."""
        (fact,) = self.facts
        return fact

    @property
    def iso(self) -> str:
        """The name of its text as YYYY-MM-DD, of a column of a date."""
        return f"{self.fact}_iso"


FACTS = (
    Fact("vip_id", _("VIP ID")),
    Fact("name", _("Organization name")),
    Fact("contact_first_name", _("Contact first name")),
    Fact("contact_last_name", _("Contact last name")),
    Fact("contact_email", _("Contact email")),
    Fact("country", _("Country")),
    Fact("segment", _("Segment"), Segment),
    Fact("offerings", _("Type"), Offering),
    Fact("anniversary", _("Anniversary date")),
    Fact("manager", _("Managed by")),
    Fact("invited_on", _("Invited on")),
    Fact("invitation_state", _("VIP Invitation status"), InvitationStatus),
    Fact("delivery", _("Invitation mail"), Delivery),
    Fact("requested"),
    Fact("has_admin"),
)

COLUMNS = (
    Column(
        _("Name and email"),
        ("name", "contact_email", "requested"),
        sort="name",
        cell="customers/cells/name.html",
    ),
    Column(
        _("Anniversary date"),
        ("anniversary",),
        sort="anniversary",
        cell="customers/cells/date.html",
    ),
    Column(_("Segment"), ("segment",), sort="segment"),
    Column(_("Managed by"), ("manager",)),
    Column(
        _("VIP Invitation status"),
        ("invitation_state", "delivery"),
        cell="customers/cells/invitation.html",
    ),
)

IN_FILE = tuple(fact for fact in FACTS if fact.label)
# What a row leads to and offers follows from these, whatever it shows.
_NEEDED = {"vip_id", "invitation_state", "has_admin"}
_SHOWN = {name for column in COLUMNS for name in column.facts}
ON_PAGE = tuple(fact for fact in FACTS if fact.name in _SHOWN | _NEEDED)
