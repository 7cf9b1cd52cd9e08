"""Create new Purchase Authorization: any number of lines, and the customer's PO number."""

from __future__ import annotations

import datetime as dt
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.catalog.lines import MOST_LINES, LineRefused, by_authorization, faults
from authorizations.catalog.offer import Offer
from authorizations.forms.quantities import QuantityField
from authorizations.models import Product
from customers.forms.fields import CleanedField
from customers.models import Customer
from customers.organization.names import clean_reference
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.forms import KeyedForm

Row = tuple[str, str]
BLANK: Row = ("", "")


class ProductOptions:
    """The options of the product list, rendered once however many lines there are."""

    def __init__(self, offer: Offer) -> None:
        products = (*offer.by_authorization, *offer.directly)
        self.products = {str(product.pk): product for product in products}
        self.html = render_to_string("authorizations/product_options.html", {"offer": offer})

    def chosen(self, value: str) -> SafeString:
        """Return the options with one of them selected; none when `value` is no product."""
        if value not in self.products:
            return self.html
        plain = f'<option value="{value}">'
        return mark_safe(self.html.replace(plain, f"{plain[:-1]} selected>", 1))


class LineForm(forms.Form):
    """One line: which product, how many licenses. All lines send the same two names."""

    product = forms.CharField(
        label=gettext_lazy("Product"),
        error_messages={"required": gettext_lazy("Choose a product.")},
    )
    quantity = QuantityField(label=gettext_lazy("Licenses"))
    use_required_attribute = False

    def __init__(self, row: Row, *, index: int, judged: bool, list_of: ProductOptions) -> None:
        typed = dict(zip(("product", "quantity"), row, strict=True))
        data = typed if judged else None
        super().__init__(data, initial=typed, auto_id=f"id_line_{index}_%s")
        self.index, self.typed_product, self.list_of = index, row[0], list_of

    def options(self) -> SafeString:
        """Return the options of this line's product list."""
        return self.list_of.chosen(self.typed_product)

    def clean_product(self) -> Product:
        """Return the product; what is not in the catalog at all cannot be asked about."""
        product = self.list_of.products.get(self.cleaned_data["product"])
        if product is None:
            raise forms.ValidationError(_("Choose a product from the list."))
        return product


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
        rows = self._rows(sent)
        self.sent_lines = len(rows)
        self.lines = [
            LineForm(row, index=index, judged=judged, list_of=list_of)
            for index, row in enumerate(rows[:MOST_LINES])
        ]
        self.chosen: list[tuple[Product, int]] = []

    def _rows(self, sent: QueryDict) -> list[Row]:
        """Return the rows to show: those sent, less empty ones, as the button asks."""
        pairs = zip_longest(sent.getlist("product"), sent.getlist("quantity"), fillvalue="")
        rows = list(pairs)
        if self.removes:
            place = sent["remove"]
            rows = [row for index, row in enumerate(rows) if str(index) != place]
        elif self.adds:
            rows.append(BLANK)
        else:
            rows = [row for row in rows if any(part.strip() for part in row)]
        return rows or [BLANK]

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
