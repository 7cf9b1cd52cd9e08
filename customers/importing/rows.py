"""From a record of a file to a checked customer, by the rules of the invitation dialog."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.actions.invite import CustomerDetails, check_custom_anniversary, check_segment
from customers.colleagues import managers_at
from customers.importing.reading import OPTIONAL
from customers.models import Offering
from customers.organization.addresses import FIELDS, clean_address
from customers.organization.names import clean_email, clean_organization_name, clean_person_name
from customers.organization.vip_ids import is_vip_id
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key
from reseller_console.lib.languages import known_language
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.tables.cells import read_date
from reseller_console.lib.tables.faults import Fault
from reseller_console.lib.tables.reader import Record
from reseller_console.lib.text import comparison_key, fold
from reseller_console.tenancy.models import Reseller, Segment


@dataclass(frozen=True)
class Row:
    """A customer as the file has it, checked; None where the file is silent."""

    line: int
    details: CustomerDetails
    vip_id: str
    managed_by: User | None
    custom_anniversary_on: dt.date | None
    accepted_on: dt.date | None
    invited_on: dt.date

    @property
    def key(self) -> tuple[str, str]:
        """What makes two customers of a reseller the same: name and contact."""
        return comparison_key(self.details.name), address_key(self.details.contact_email)


class Checker:
    """Checks records for one reseller on one day."""

    def __init__(self, reseller: Reseller, *, today: dt.date) -> None:
        self.reseller = reseller
        self.today = today
        self._managers = {user.email.casefold(): user for user in managers_at(reseller.pk)}

    def check(self, record: Record) -> Row | list[Fault]:
        """Return the checked row, or everything that is wrong with the record."""
        return _Check(self, record).result()

    def manager(self, email: str) -> User | None:
        """Return the colleague who may manage customers, by address; None when there is none."""
        return self._managers.get(email.strip().casefold())


class _Check:
    """One record on its way to a row; remembers what is wrong with it."""

    def __init__(self, checker: Checker, record: Record) -> None:
        self.checker = checker
        self.cells = dict.fromkeys(OPTIONAL, "") | record.cells
        self.line = record.line
        self.faults: list[Fault] = []

    def result(self) -> Row | list[Fault]:
        segment = self._part("segment", self._segment)
        accepted_on = self._part("accepted_on", self._accepted_on)
        invited_on = accepted_on or self.checker.today
        custom_on = self._part(
            "custom_anniversary_on", lambda text: self._custom_date(text, segment, invited_on)
        )
        vip_id = self._part("vip_id", self._vip_id)
        managed_by = self._part("managed_by", self._manager)
        details = self._details(segment)
        if self.faults:
            return self.faults
        return Row(
            line=self.line,
            details=CustomerDetails(**details),
            vip_id=vip_id or "",
            managed_by=managed_by,
            custom_anniversary_on=custom_on,
            accepted_on=accepted_on,
            invited_on=invited_on,
        )

    def _details(self, segment: str | None) -> dict:
        return {
            "name": self._part("organization_name", clean_organization_name),
            "segment": segment,
            "offerings": self._part("types", self._offerings),
            "contact_email": self._part("contact_email", clean_email),
            "language": self._part("language", self._language),
            "contact_first_name": self._person("contact_first", _("First name")),
            "contact_last_name": self._person("contact_last", _("Last name")),
            **self._address(),
        }

    def _person(self, column: str, label: str) -> str | None:
        return self._part(column, lambda text: clean_person_name(text, label=label))

    def _part[T](self, column: str, clean: Callable[[str], T]) -> T | None:
        """Return a cell's stored form; None, with a fault noted, when it is refused."""
        try:
            return clean(self.cells[column])
        except ValidationError as error:
            self.faults += [Fault(self.line, column, text) for text in error.messages]
        except ActionRefused as refusal:
            self.faults.append(Fault(self.line, column, str(refusal)))
        return None

    def _address(self) -> dict[str, str]:
        typed = {part: self.cells[part] for part in FIELDS}
        try:
            return clean_address(**typed)
        except ValidationError as error:
            for column, sentences in error.message_dict.items():
                self.faults += [Fault(self.line, column, text) for text in sentences]
        return {}

    def _segment(self, text: str) -> str:
        wanted = fold(text)
        for segment in Segment:
            if wanted in (fold(segment.value), fold(str(segment.label)), fold(segment.name)):
                check_segment(self.checker.reseller, segment.value)
                return segment.value
        raise ValidationError(
            _("“%(text)s” is not a segment. Use COM, EDU or GOV, or the word.") % {"text": text}
        )

    def _offerings(self, text: str) -> list[str]:
        wanted = [fold(word) for word in re.split(r"[;,/|+\s]+", text) if word]
        if not wanted or not set(wanted) <= set(Offering.values):
            raise ValidationError(
                _("“%(text)s” is not a list of types. Use team, enterprise or team;enterprise.")
                % {"text": text}
            )
        return [offering.value for offering in Offering if offering.value in wanted]

    def _language(self, text: str) -> str:
        if not text.strip():
            return settings.LANGUAGE_CODE
        language = known_language(text)
        if not language:
            raise ValidationError(
                _("“%(text)s” is not a language. Use a code such as en or de.") % {"text": text}
            )
        return language

    def _vip_id(self, text: str) -> str:
        vip_id = text.strip().upper()
        if vip_id and not is_vip_id(vip_id):
            raise ValidationError(
                _("“%(text)s” is not a VIP ID of 20 digits and letters A to F.") % {"text": text}
            )
        return vip_id

    def _manager(self, text: str) -> User | None:
        if not text.strip():
            return None
        manager = self.checker.manager(text)
        if manager is None:
            raise ValidationError(
                _("“%(text)s” is nobody who may manage customers here.") % {"text": text}
            )
        return manager

    def _accepted_on(self, text: str) -> dt.date | None:
        date = read_date(text)
        if date is not None and date > self.checker.today:
            raise ValidationError(_("%(date)s is still to come.") % {"date": date})
        return date

    def _custom_date(self, text: str, segment: str | None, invited_on: dt.date) -> dt.date | None:
        date = read_date(text)
        if date is not None and segment is not None:
            check_custom_anniversary(date, segment=segment, today=invited_on)
        return date
