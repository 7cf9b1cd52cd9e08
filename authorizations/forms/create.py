"""Create new Purchase Authorization: any number of lines, and the customer's PO number."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.catalog.lines import MOST_LINES, LineRefused, by_authorization, faults
from authorizations.catalog.offer import Offer
from authorizations.forms.lines import BLANK, LineForm, ProductOptions, rows_to_show
from authorizations.models import Product
from customers.forms.fields import CleanedField
from customers.models import Customer
from customers.organization.names import clean_reference
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.forms import KeyedForm


class AuthorizationForm(KeyedForm):
    """The whole dialog; `lines` are its rows, `chosen` what they come to once all is right.

    The buttons *+* and *remove* send the form too: then nothing is judged, only kept.
    """

    po_number = CleanedField(
        label=gettext_lazy("Purchase Order (PO) number"),
        clean_text=clean_reference,
        required=False,
        help_text=gettext_lazy("The number your customer gave you."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        customer: Customer,
        offer: Offer,
        today: dt.date,
    ) -> None:
        sent = data if data is not None else QueryDict()
        self.adds, self.removes = "add" in sent, "remove" in sent
        judged = data is not None and not (self.adds or self.removes)
        kept = {name: sent.get(name, "") for name in ("po_number", "key")}
        super().__init__(data if judged else None, **({} if judged else {"initial": kept}))
        self.customer, self.offer, self.today = customer, offer, today
        list_of = ProductOptions(offer)
        rows = rows_to_show(sent) or [BLANK]
        self.sent_lines = len(rows)
        self.lines = [
            LineForm(row, index=index, judged=judged, list_of=list_of)
            for index, row in enumerate(rows[:MOST_LINES])
        ]
        self.chosen: list[tuple[Product, int]] = []

    @property
    def may_add(self) -> bool:
        """Whether there is room for one more line."""
        return len(self.lines) < MOST_LINES

    @property
    def focus_line(self) -> int:
        """The line to write in next: the new one, else the first."""
        return len(self.lines) - 1 if self.adds else 0

    def clean(self) -> dict:
        """Judge every line alone, then all of them together."""
        super().clean()
        if self.sent_lines > MOST_LINES:
            self.add_error(
                None,
                _("A purchase authorization has at most %(most)d lines; these were %(count)d.")
                % {"most": MOST_LINES, "count": self.sent_lines},
            )
        for line in self.lines:
            line.full_clean()
        known = [line for line in self.lines if "product" in line.cleaned_data]
        numbered = [
            (line.index, line.cleaned_data["product"], line.cleaned_data.get("quantity"))
            for line in known
        ]
        for fault in faults(numbered, by_authorization(self.customer, today=self.today)):
            self._at_line(fault)
        if not any(line.errors for line in self.lines):
            self.chosen = [(product, number) for _index, product, number in numbered if number]
        return self.cleaned_data

    def is_valid(self) -> bool:
        """Whether the dialog and each of its lines are right."""
        return super().is_valid() and not any(line.errors for line in self.lines)

    def refuse(self, refusal: ActionRefused) -> None:
        """Show an action's refusal at its line, its field, or above the form."""
        if isinstance(refusal, LineRefused):
            self._at_line(refusal)
        else:
            super().refuse(refusal)

    def _at_line(self, fault: LineRefused) -> None:
        line = self.lines[fault.line]
        if fault.field not in line.errors:
            line.add_error(fault.field, str(fault))


class RequestForm(AuthorizationForm):
    """The same, filled in by a VIP admin: *Request products*."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["po_number"].help_text = _("Your own number for this purchase, if it has one.")
