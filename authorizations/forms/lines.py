"""Lines of a dialog: which product, how many licenses; any number, with or without scripts."""

from __future__ import annotations

from itertools import zip_longest

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.catalog.offer import Offer
from authorizations.forms.quantities import QuantityField
from authorizations.models import Product

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
