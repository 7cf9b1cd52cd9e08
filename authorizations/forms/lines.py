"""Lines of products and numbers in a form: any number of them, with and without JavaScript."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.catalog.lines import MOST_LINES, Judge, LineRefused, faults
from authorizations.forms.quantities import QuantityField
from authorizations.models import Product
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.forms import KeyedForm

Row = tuple[str, str]
BLANK: Row = ("", "")
Families = list[tuple[str, list[Product]]]


class ProductOptions:
    """The options of the product list, rendered once however many lines there are.

    Those of `refused` can be sent, too, and are then refused with the reason.
    """

    def __init__(self, offered: Families, *, refused: Families) -> None:
        families = (*offered, *refused)
        self.products = {str(row.pk): row for _family, rows in families for row in rows}
        context = {"offered": offered, "refused": refused}
        self.html = render_to_string("authorizations/product_options.html", context)

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


def rows_to_show(sent: QueryDict) -> list[Row]:
    """Return the rows that were sent, less empty ones, as the button asks: *+* or *remove*."""
    pairs = zip_longest(sent.getlist("product"), sent.getlist("quantity"), fillvalue="")
    rows = list(pairs)
    if "remove" in sent:
        place = sent["remove"]
        return [row for index, row in enumerate(rows) if str(index) != place]
    if "add" in sent:
        return [*rows, BLANK]
    return [row for row in rows if any(part.strip() for part in row)]


class LinesForm(KeyedForm):
    """A dialog with lines; `lines` are its rows, `chosen` what they come to once all is right.

    The buttons *+* and *remove* send the form too: then nothing is judged, only kept. A dialog
    says how many lines it may have (`full`, `too_many`).
    """

    full: ClassVar[str | Promise]
    too_many: ClassVar[str | Promise]

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        judge: Judge,
        options: ProductOptions,
        initial: dict[str, Any] | None = None,
    ) -> None:
        sent = data if data is not None else QueryDict()
        self.adds, self.removes = "add" in sent, "remove" in sent
        judged = data is not None and not self.changes_shape
        if self.changes_shape:
            initial = {name: sent.get(name, "") for name in (*self.base_fields, "key")}
        super().__init__(data if judged else None, initial=initial)
        self.judge = judge
        rows = rows_to_show(sent) or [BLANK]
        self.sent_lines = len(rows)
        self.lines = [
            LineForm(row, index=index, judged=judged, list_of=options)
            for index, row in enumerate(rows[:MOST_LINES])
        ]
        self.chosen: list[tuple[Product, int]] = []

    @property
    def changes_shape(self) -> bool:
        """Whether a button was pressed that adds or removes a line, and nothing else."""
        return self.adds or self.removes

    @property
    def may_add(self) -> bool:
        """Whether there is room for one more line."""
        return len(self.lines) < MOST_LINES

    @property
    def focus_line(self) -> int | None:
        """The line to write in next: the new one, else the first."""
        return len(self.lines) - 1 if self.adds else 0

    def clean(self) -> dict:
        """Judge every line alone, then all of them together."""
        super().clean()
        if self.sent_lines > MOST_LINES:
            self.add_error(
                None,
                self.too_many % {"most": MOST_LINES, "count": self.sent_lines},
            )
        for line in self.lines:
            line.full_clean()
        known = [line for line in self.lines if "product" in line.cleaned_data]
        numbered = [
            (line.index, line.cleaned_data["product"], line.cleaned_data.get("quantity"))
            for line in known
        ]
        for fault in faults(numbered, self.judge):
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
