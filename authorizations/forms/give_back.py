"""Record a return: its number, how many licenses of each line, and who goes without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.actions.give_back import field_of_line
from authorizations.forms.choose import ChoiceForm
from authorizations.forms.losing import who_loses
from authorizations.forms.quantities import QuantityField
from authorizations.licenses.choosing import Question
from authorizations.models import OrderLine
from authorizations.orders.words import licenses
from customers.forms.fields import CleanedField
from customers.organization.names import clean_reference


def clean_return_number(text: str) -> str:
    """Return a return's number as stored; like a PO number, but there has to be one."""
    number = clean_reference(text)
    if not number:
        raise forms.ValidationError(_("Enter the return authorization number."), code="required")
    return number


class ReturnForm(ChoiceForm):
    """The dialog; `lines` are the customer's lines of the order of which something is left.

    Who goes without depends on how many go back, so `questions` are those of the numbers sent.
    """

    number = CleanedField(
        label=gettext_lazy("Return authorization number"),
        clean_text=clean_return_number,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The vendor gives it to you when you request the return."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        lines: Sequence[OrderLine],
        questions: Sequence[Question] = (),
        time_zone: str,
        typed: dict[str, str] | None = None,
    ) -> None:
        super().__init__(
            data, questions=questions, label=who_loses, time_zone=time_zone, initial=typed
        )
        self.order_lines = lines
        for line in lines:
            self.fields[field_of_line(line)] = QuantityField(
                may_be_none=True,
                label=str(line.product),
                initial=str(line.kept),
                help_text=_("of %(licenses)s") % {"licenses": licenses(line.kept)},
            )
        if not self.is_bound and not questions:
            self.fields["number"].widget.attrs["autofocus"] = True

    @property
    def quantities(self) -> dict[int, int]:
        """How many go back of each line, by its id, once the form is valid."""
        return {line.pk: self.cleaned_data[field_of_line(line)] for line in self.order_lines}

    @property
    def taken(self) -> dict[OrderLine, int]:
        """What goes back of each line; nothing when it is more than a line has."""
        numbers = self.quantities
        if any(numbers[line.pk] > line.kept for line in self.order_lines):
            return {}
        return {line: numbers[line.pk] for line in self.order_lines if numbers[line.pk]}

    @property
    def typed(self) -> dict[str, Any]:
        """What was sent beside the choice of people, to be shown again."""
        names = ("key", "number", *map(field_of_line, self.order_lines))
        return {name: self.data.get(name, "") for name in names}

    @property
    def line_fields(self) -> list[forms.BoundField]:
        """The number of each line."""
        return [self[field_of_line(line)] for line in self.order_lines]

    def answers_all(self, questions: Sequence[Question]) -> bool:
        """Whether exactly these questions were put to whoever sent the form."""
        asked = {question.product.pk: question.number for question in questions}
        return asked == {product: answer.asked for product, answer in self.answers.items()}
