"""Record an order, or correct one recorded today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from authorizations.emails import products_in_words
from authorizations.models import AuthorizationQuerySet, PurchaseAuthorization
from authorizations.numbers import is_authorization_number
from authorizations.rules.status import Status
from customers.forms.fields import CleanedField, DayField
from customers.organization.names import clean_reference
from reseller_console.accounts import attempts
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.forms import KeyedForm, form_field

MOST_AUTHORIZATIONS = 500
_BETWEEN = re.compile(r"[\s,;]+")


def clean_order_number(text: str) -> str:
    """Return an order number as stored; like a PO number, but there has to be one."""
    number = clean_reference(text)
    if not number:
        raise forms.ValidationError(_("Enter the order number."), code="required")
    return number


class Ticked(forms.MultipleChoiceField):
    """Boxes whose values the form looks up itself.

    One that is not offered any more may be a form sent twice, whose first sending took
    effect: that is for the action to say, not for the list of boxes.
    """

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: object) -> None:
        """Let any values pass, and none: `OrderForm.clean` asks for at least one PA."""


class OrderFacts(KeyedForm):
    """The number and the date of an order."""

    number = CleanedField(
        label=gettext_lazy("Order number"),
        clean_text=clean_order_number,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    ordered_on = DayField(
        label=gettext_lazy("Order date"),
        error_messages={
            "required": gettext_lazy("Enter the order date."),
            "invalid": gettext_lazy("Enter a date as year-month-day, such as 2026-03-02."),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.fields["number"].widget.attrs["autofocus"] = True

    def bound_date(self, *, latest: dt.date, earliest: dt.date | None = None) -> None:
        """Let the browser's calendar offer only dates that can be right."""
        attrs = self.fields["ordered_on"].widget.attrs
        if earliest is not None:
            attrs["min"] = earliest.isoformat()
        attrs["max"] = latest.isoformat()


def _described(row: PurchaseAuthorization) -> str:
    """Return what tells one PA from another, and what to order: products and duration."""
    lines = [(line.product.name, line.quantity) for line in row.lines.all()]
    months = ngettext("%(months)d month", "%(months)d months", row.months)
    return _("%(number)s, %(state)s, due on %(due)s, %(months)s: %(products)s") % {
        "number": row.number,
        "state": str(Status(row.status).label).lower(),
        "due": long_date(row.due_on),
        "months": months % {"months": row.months},
        "products": products_in_words(lines),
    }


def _described_with_customer(row: PurchaseAuthorization) -> str:
    """Return the same where PAs are of several customers."""
    return f"{row.customer.name}: {_described(row)}"


class OrderForm(OrderFacts):
    """An order and the purchase authorizations it pays for.

    `offered` are the customer's own that await an order; PAs of other customers are added
    by their numbers. Whatever is sent is looked up in `own`, the reseller's.
    """

    described = staticmethod(_described)
    authorizations = Ticked(label=gettext_lazy("Purchase authorizations it pays for"))
    more = forms.CharField(
        label=gettext_lazy("Further PA numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy(
            "If the order also pays for other customers: their PA numbers, separated by spaces,"
            " commas or lines."
        ),
    )

    def __init__(
        self,
        *args: Any,
        offered: list[PurchaseAuthorization],
        own: AuthorizationQuerySet,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        form_field(self, "authorizations", Ticked).choices = [
            (row.number, self.described(row)) for row in offered
        ]
        if offered:
            self.bound_date(earliest=min(row.created_on for row in offered), latest=today)

    def clean_authorizations(self) -> list[PurchaseAuthorization]:
        """Return the PAs whose boxes are ticked."""
        return self._found(self.cleaned_data["authorizations"])

    def clean_more(self) -> list[PurchaseAuthorization]:
        """Return the PAs whose numbers were typed."""
        return self._found(part for part in _BETWEEN.split(self.cleaned_data["more"].upper()))

    def _found(self, numbers: Iterable[str]) -> list[PurchaseAuthorization]:
        """Return PAs by number; names those that are not the reseller's."""
        wanted = list(dict.fromkeys(number for number in numbers if number))
        if len(wanted) > MOST_AUTHORIZATIONS:
            raise forms.ValidationError(
                _("At most %(most)d purchase authorizations at a time.")
                % {"most": MOST_AUTHORIZATIONS}
            )
        known = list(filter(is_authorization_number, wanted))
        found = {row.number: row for row in self.own.filter(number__in=known)} if known else {}
        strange = [number for number in wanted if number not in found]
        if strange:
            numbers = filter(is_authorization_number, strange)
            attempts.tried(PurchaseAuthorization, numbers, field="number")
            sentence = ngettext(
                "None of your customers has this purchase authorization: %(shown)s.",
                "None of your customers has these purchase authorizations: %(shown)s.",
                len(strange),
            )
            shown = ", ".join(number[:20] for number in strange[:5])
            raise forms.ValidationError(sentence % {"shown": shown})
        return [found[number] for number in wanted]

    def clean(self) -> dict:
        """Ask for at least one PA, from either field."""
        cleaned = super().clean()
        ticked, more = cleaned.get("authorizations"), cleaned.get("more")
        nothing = not ticked and not more
        if nothing and not {"authorizations", "more"} & set(self.errors):
            self.add_error("authorizations", _("Choose at least one purchase authorization."))
        return cleaned

    def chosen(self) -> list[PurchaseAuthorization]:
        """Return every PA the order pays for, each once."""
        chosen = (*self.cleaned_data["authorizations"], *self.cleaned_data["more"])
        rows = {row.pk: row for row in chosen}
        return list(rows.values())


class SelectedForm(OrderForm):
    """The same for PAs of several customers that were selected in a list."""

    described = staticmethod(_described_with_customer)
