"""Add Customer Organization: one form, shown in two or three steps.

The steps are views of the same fields: those of the other steps travel along hidden, so
that going on and back works without JavaScript and loses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields as dataclass_fields

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.actions.invite import CustomerDetails, check_custom_anniversary, check_twins
from customers.forms.address import AddressFields
from customers.forms.fields import CleanedField, DayField
from customers.models import Offering
from customers.organization.addresses import FIELDS as ADDRESS_FIELDS
from customers.organization.envelope import address_lines
from customers.organization.names import clean_email, clean_organization_name, clean_person_name
from reseller_console.lib.calendar import custom_anniversary_bounds
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.forms import KeyedForm, form_field
from reseller_console.tenancy.models import Reseller, Segment

DETAILS, DATE, CONFIRM = "details", "date", "confirm"
NEXT, BACK, COUNTRY, INVITE = "next", "back", "country", "invite"
FIRST_NAME, LAST_NAME = gettext_lazy("First name"), gettext_lazy("Last name")

# Another country brings its own address fields in place; without scripts a button does.
_ASK_FOR_ADDRESS = {
    "hx-post": "/customers/new/",
    "hx-trigger": "change",
    "hx-target": "#address",
    "hx-vals": f'{{"go": "{COUNTRY}"}}',
}


def _person_name_field(label: object) -> CleanedField:
    return CleanedField(
        label=label, clean_text=lambda text: clean_person_name(text, label=str(label))
    )


class CustomDateField(DayField):
    """The custom date; whether it has to be there depends on the step, so the form asks."""

    def validate(self, value: object) -> None:
        """Let a missing date pass."""


class InviteForm(AddressFields, KeyedForm):
    """Everything typed about a customer organization.

    `step` is the step that was sent, `go` the button that was pressed, `shown` the step to
    show now.
    """

    name = CleanedField(label=gettext_lazy("Organization Name"), clean_text=clean_organization_name)
    segment = forms.ChoiceField(
        label=gettext_lazy("Market Segment"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the market segment.")},
    )
    offerings = forms.MultipleChoiceField(
        label=gettext_lazy("Type"),
        choices=[
            (Offering.TEAM.value, gettext_lazy("Team offerings")),
            (Offering.ENTERPRISE.value, gettext_lazy("Enterprise offerings")),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Decides which products can be requested. The other type can be added at any time."
        ),
        error_messages={"required": gettext_lazy("Choose team or enterprise offerings, or both.")},
    )
    contact_first_name = _person_name_field(FIRST_NAME)
    contact_last_name = _person_name_field(LAST_NAME)
    contact_email = CleanedField(
        label=gettext_lazy("Email address"),
        clean_text=clean_email,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "none"}),
        help_text=gettext_lazy("The invitation goes to this address."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Preferred language"),
        choices=settings.LANGUAGES,
        initial="en",
        help_text=gettext_lazy("For the mail this person gets."),
    )
    custom_anniversary = forms.BooleanField(
        label=gettext_lazy("Select custom anniversary date for customer"),
        required=False,
        help_text=gettext_lazy(
            "Gives a first term longer than 12 months. You choose the date in the next step."
        ),
    )
    custom_anniversary_on = CustomDateField(
        label=gettext_lazy("Anniversary date"),
        error_messages={
            "invalid": gettext_lazy("Enter a date as year-month-day, such as 2027-06-30."),
        },
    )
    same_name_ok = forms.BooleanField(
        label=gettext_lazy("This is another organization. Invite it anyway."),
        required=False,
    )

    FIELDS_OF = {
        DETAILS: (
            *("name", "segment", "offerings", *ADDRESS_FIELDS),
            *("contact_first_name", "contact_last_name", "contact_email", "language"),
            "custom_anniversary",
        ),
        DATE: ("custom_anniversary_on",),
        CONFIRM: ("same_name_ok",),
    }
    use_required_attribute = False

    def __init__(self, data: dict | None = None, *, reseller: Reseller, today: dt.date) -> None:
        sent = data if data is not None else {}
        self.step, self.go = sent.get("step", DETAILS), sent.get("go", NEXT)
        if self.go in (BACK, COUNTRY):
            # What was typed is kept and not judged yet.
            super().__init__(initial=self._typed(sent))
        else:
            super().__init__(data)
        self.reseller, self.today = reseller, today
        form_field(self, "segment", forms.ChoiceField).choices = [
            (segment.value, segment.label) for segment in Segment if segment in reseller.segments
        ]
        if len(reseller.segments) == 1:
            self.initial.setdefault("segment", reseller.segments[0])
        if not self.is_bound and self.step == DETAILS and self.go == NEXT:
            self.fields["name"].widget.attrs["autofocus"] = True
        self.fields["country"].widget.attrs |= _ASK_FOR_ADDRESS
        self.shape_address(str(self["country"].value() or ""))
        self._bound_date()

    def _typed(self, sent: Mapping) -> dict[str, object]:
        return {
            name: field.widget.value_from_datadict(sent, {}, name)
            for name, field in self.base_fields.items()
        }

    @property
    def wants_date(self) -> bool:
        """Whether the box for a custom anniversary date is ticked."""
        return bool(self["custom_anniversary"].value())

    @property
    def bounds(self) -> tuple[dt.date, dt.date]:
        """The earliest and the latest custom anniversary date for the chosen segment."""
        chosen = self["segment"].value()
        segment = Segment(chosen) if chosen in Segment.values else Segment.COMMERCIAL
        return custom_anniversary_bounds(
            self.today, longest_months=segment.longest_first_term_months
        )

    def _bound_date(self) -> None:
        field, (earliest, latest) = self.fields["custom_anniversary_on"], self.bounds
        field.widget.attrs |= {"min": earliest.isoformat(), "max": latest.isoformat()}
        field.help_text = _("From %(first)s to %(last)s.") % {
            "first": long_date(earliest),
            "last": long_date(latest),
        }

    def clean(self) -> dict:
        """Judge the address as a whole, and the custom date once its step was shown."""
        super().clean()
        self.check_address(self.add_error)
        if not self.wants_date:
            self.cleaned_data["custom_anniversary_on"] = None
        elif self.step != DETAILS and "custom_anniversary_on" in self.cleaned_data:
            self._check_date(self.cleaned_data["custom_anniversary_on"])
        return self.cleaned_data

    def _check_date(self, date: dt.date | None) -> None:
        if date is None:
            self.add_error("custom_anniversary_on", _("Choose the anniversary date."))
        elif segment := self.cleaned_data.get("segment"):
            try:
                check_custom_anniversary(date, segment=segment, today=self.today)
            except ActionRefused as refusal:
                self.add_error("custom_anniversary_on", str(refusal))

    @property
    def steps(self) -> list[str]:
        """The steps of this invitation, in order."""
        return [DETAILS, DATE, CONFIRM] if self.wants_date else [DETAILS, CONFIRM]

    @property
    def shown(self) -> str:
        """The step to show: where something is wrong, else where the button leads."""
        if self.go == BACK:
            return self._beside(-1)
        if not self.is_bound:
            return DETAILS
        if self.errors:
            return self._step_of_errors()
        return CONFIRM if self.go == INVITE else self._beside(1)

    def _beside(self, distance: int) -> str:
        here = self.steps.index(self.step) if self.step in self.steps else 0
        return self.steps[min(max(here + distance, 0), len(self.steps) - 1)]

    def _step_of_errors(self) -> str:
        if any(name in self.errors for name in self.FIELDS_OF[DETAILS]):
            return DETAILS
        return DATE if "custom_anniversary_on" in self.errors else CONFIRM

    @property
    def complete(self) -> bool:
        """Whether *Invite Customer* was pressed on the last step and nothing is wrong."""
        return self.go == INVITE and self.step == CONFIRM and self.is_valid()

    def details(self) -> CustomerDetails:
        """Return the cleaned details as the action takes them."""
        names = (field.name for field in dataclass_fields(CustomerDetails))
        return CustomerDetails(**{name: self.cleaned_data[name] for name in names})

    def look_for_twins(self) -> None:
        """Ask about a customer of the same name before the last step is shown, not after."""
        try:
            check_twins(self.reseller, self.details())
        except ActionRefused as refusal:
            self.refuse(refusal)

    def refuse(self, refusal: ActionRefused) -> None:
        """Show the refusal at its field; a name taken is asked about where it can be answered."""
        if refusal.code == "same_name":
            self.add_error("same_name_ok", str(refusal))
        else:
            super().refuse(refusal)

    def hidden(self) -> list[forms.BoundField]:
        """Return the fields of the steps that are not shown; they travel along.

        The answer to "another customer has this name" does not: it holds for one try.
        """
        return [
            self[name]
            for step, names in self.FIELDS_OF.items()
            for name in names
            if step not in (self.shown, CONFIRM)
        ]

    def summary(self) -> list[tuple[object, list[str]]]:
        """Return what will be stored, for the last look: label and lines of each fact."""
        typed = self.cleaned_data
        address = {name: typed[name] for name in ADDRESS_FIELDS}
        date = typed["custom_anniversary_on"]
        return [
            (self["name"].label, [typed["name"]]),
            (self["segment"].label, [str(Segment(typed["segment"]).label)]),
            (self["offerings"].label, [str(Offering(o).label) for o in typed["offerings"]]),
            (_("Address"), address_lines(**address)),
            (
                _("Primary contact"),
                [
                    f"{typed['contact_first_name']} {typed['contact_last_name']}",
                    typed["contact_email"],
                ],
            ),
            (self["language"].label, [dict(settings.LANGUAGES)[typed["language"]]]),
            (
                self["custom_anniversary_on"].label,
                [long_date(date) if date else _("12 months after the first purchase")],
            ),
        ]
