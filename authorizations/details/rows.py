"""Purchase authorizations as rows: on the details page, the worklist, and the member's pages."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.models import AuthorizationLine, PurchaseAuthorization
from authorizations.rules.reasons import reason_of, why_not_cancelled, why_not_returned
from authorizations.rules.status import Status
from reseller_console.lib.reasons import Reason
from reseller_console.tenancy.models import Reseller

LINES_AT_ONCE = 3


@dataclass(frozen=True)
class Row:
    """A purchase authorization on a day."""

    authorization: PurchaseAuthorization
    today: dt.date
    seller: Reseller
    # Its products and their numbers, in the order they were entered.
    lines: Sequence[tuple[str, int]] = ()

    @cached_property
    def status(self) -> Status:
        """Its state on that day."""
        return Status(self.authorization.status)

    @property
    def why_not(self) -> str:
        """Why it carries no X; blank where it carries one."""
        state, paper = self.status, self.authorization
        return why_not_cancelled(state, paper, seller=self.seller, today=self.today)

    @property
    def order_may_be_corrected(self) -> bool:
        """Whether its order was recorded on that day, and so is still the manager's."""
        order = self.authorization.order
        return order is not None and order.recorded_on == self.today

    @property
    def may_be_returned(self) -> bool:
        """Whether its order can still go back on that day, as a whole or in part."""
        order = self.authorization.order
        if order is None or self.status is not Status.ORDERED:
            return False
        return not why_not_returned(order, today=self.today)

    @property
    def awaits_order(self) -> bool:
        """Whether an order for it is awaited."""
        return self.status in Status.OPEN

    @property
    def reason(self) -> Reason:
        """Why it is in its state, until when, and who can change that."""
        return reason_of(self.status, self.authorization, seller=self.seller, today=self.today)

    @property
    def due_in_words(self) -> str:
        """How long until its order is due, or since when it is late."""
        days = self.authorization.days_until_due(self.today)
        if days == 0:
            return _("due today")
        if days > 0:
            return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}


def rows_of(
    authorizations: Sequence[PurchaseAuthorization], *, seller: Reseller, today: dt.date
) -> list[Row]:
    """Return purchase authorizations of one reseller as rows, their lines by one query for all.

    Lines are read as plain values: making objects of them is most of the work of a long table.
    """
    lines = defaultdict(list)
    if authorizations:
        of_these = AuthorizationLine.objects.filter(authorization__in=authorizations)
        values = of_these.order_by("id").values_list("authorization", "product__name", "quantity")
        for key, product, quantity in values:
            lines[key].append((product, quantity))
    return [Row(row, today, seller, lines[row.pk]) for row in authorizations]
