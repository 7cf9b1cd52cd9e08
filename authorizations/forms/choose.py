"""Choose who of a line goes without: ticked in a list, or written down by their addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.licenses.choosing import Answer, Question, field_of
from authorizations.models import Assignment
from reseller_console.lib.addresses import address_key
from reseller_console.lib.clock import date_of
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.forms import KeyedForm

_ASKED = re.compile(r"asked_(\d{1,18})")
_SHOWN = 3


def described(assignment: Assignment, *, time_zone: str) -> str:
    """Return who holds a license since when, in a line."""
    person = assignment.person
    who = f"{person.name}, {person.address}" if person.name else person.address
    since = long_date(date_of(assignment.assigned_at, time_zone))
    return _("%(who)s, since %(day)s") % {"who": who, "day": since}


class TickedField(forms.TypedMultipleChoiceField):
    """People of a list. Anyone who is not on it any more is for the verb to find out."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "people-list"})

    def __init__(self, question: Question, *, time_zone: str, **options: Any) -> None:
        rows = list(question.candidates)
        super().__init__(
            coerce=int,
            choices=[(row.pk, described(row, time_zone=time_zone)) for row in rows],
            initial=[row.pk for row in question.newest],
            **options,
        )

    def validate(self, value: object) -> None:
        """Take any ids; how many there have to be is for the verb to say."""
        if not all(map(self.valid_value, value if isinstance(value, list) else [])):
            raise forms.ValidationError(_("Choose people from the list."), code="not_of_list")

    def valid_value(self, value: object) -> bool:
        """Whether this could be the id of anyone."""
        return str(value).isascii() and str(value).isdigit() and len(str(value)) <= 18


class WrittenField(forms.CharField):
    """People by their addresses, one per line; those of a line too long to tick."""

    widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"})

    def __init__(self, question: Question, **options: Any) -> None:
        self.question = question
        initial = "\n".join(question.last.values_list("person__address", flat=True))
        super().__init__(initial=initial, **options)

    def clean(self, value: object) -> list[int]:
        """Return the ids; names the addresses of those who hold no license."""
        typed = {address_key(line): line.strip() for line in str(value or "").splitlines()}
        typed.pop("", None)
        rows = self.question.candidates.filter(person__address_key__in=typed)
        found = {row.person.address_key: row.pk for row in rows}
        strange = [address for key, address in typed.items() if key not in found]
        if strange:
            raise forms.ValidationError(
                ngettext(
                    "%(shown)s has no license.",
                    "%(count)d of these people have no license, such as %(shown)s.",
                    len(strange),
                )
                % {"count": len(strange), "shown": ", ".join(strange[:_SHOWN])[:200]}
            )
        return list(found.values())


class ChoiceForm(KeyedForm):
    """A question about each product, answered by who goes without."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Question],
        label: Callable[[Question], str],
        time_zone: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"asked_{question.product.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=str(question.number)
            )
            if not question.is_fixed:
                field = (
                    TickedField(question, label=label(question), time_zone=time_zone)
                    if question.is_ticked
                    else WrittenField(question, label=label(question))
                )
                self.fields[field_of(question.product.pk)] = field

    @property
    def answers(self) -> dict[int, Answer]:
        """What was answered, to the questions that were shown when the form was opened."""
        found = {}
        for name in self.data:
            asked = _ASKED.fullmatch(name)
            if asked:
                product = int(asked[1])
                text = str(self.data[name])
                number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
                found[product] = Answer(number, self.cleaned_data.get(field_of(product)))
        return found

    @property
    def parts(self) -> list[tuple[Question, forms.BoundField, forms.BoundField | None]]:
        """Each question with its number and its field, None where no one can be asked."""
        return [
            (
                question,
                self[f"asked_{question.product.pk}"],
                None if question.is_fixed else self[field_of(question.product.pk)],
            )
            for question in self.questions
        ]
