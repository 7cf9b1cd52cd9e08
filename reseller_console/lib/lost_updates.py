"""No save in the Django admin undoes, unseen, what somebody else has saved in the meantime.

A form carries a signed note of what was stored when it was opened: a digest of each field that
it edits. What is stored is read again under a lock when the form comes back. A field whose stored
value is another one now, and not the typed one, is refused: the stored value is read there and,
if the log of the admin tells, who changed it and when. What was typed stays. The form that is
shown then has a new note, so saving it again is deliberate; a box at the field takes the stored
value instead. A form without its note has seen nothing: every difference is shown first.

A note needs no column of its own, and sees what the console's own pages have changed as well.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import InlineModelAdmin, get_content_type_for_model
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet, BaseModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from reseller_console.lib.form_values import as_sent, in_words
from reseller_console.lib.refusals import ActionRefused

SEEN, TAKEN = "_seen", "_take_stored"
_SALT = "reseller_console.lib.lost_updates"


class Note:
    """What was stored when a form was opened, and when that was; an empty one has seen nothing."""

    def __init__(self, text: str = "") -> None:
        try:
            found = signing.loads(text, salt=_SALT)
        except signing.BadSignature:
            found = {}
        self.opened_at = parse_datetime(found.get("at", ""))
        self._digests: dict[str, str] = found.get("seen", {})

    def knows(self, name: str, value: object) -> bool:
        """Return whether this value was the stored one."""
        return self._digests.get(name) == _digest(name, value)

    @staticmethod
    def of(shown: Iterable[GuardedForm], *, opened_at: dt.datetime) -> str:
        """Return the note that goes with these forms."""
        values = {name: value for form in shown for _field, name, value in form.stored()}
        seen = {name: _digest(name, value) for name, value in values.items()}
        return signing.dumps({"at": opened_at.isoformat(), "seen": seen}, salt=_SALT)


def _digest(name: str, value: object) -> str:
    text = json.dumps([name, value], cls=DjangoJSONEncoder, default=str)
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:16]


class GuardedForm(BaseModelForm):
    """A form of one row that is compared with what is stored when it comes back."""

    # Set by `guarded`: what came with the request, and the row that the admin's log is about.
    note: Note
    taken: frozenset[str]
    logged: Model | None
    # Why the verb behind the form has refused it, if it has (`FactsAdmin.changeform_view`).
    refusal: ActionRefused | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.taken:
            self.data = self._with_stored()

    def stored(self) -> Iterator[tuple[str, str, object]]:
        """Yield each field of the row that is edited: its name, its name in a note, its value."""
        if self.instance.pk is None:
            return
        row = f"{self.instance._meta.label_lower}.{self.instance.pk}"
        for name in self.fields:
            if name in self._of_the_row():
                yield name, f"{row}.{name}", self.initial.get(name)

    def full_clean(self) -> None:
        """Judge what was typed, then compare with what is stored."""
        super().full_clean()
        if self.refusal is not None:
            at_field = self.refusal.field if self.refusal.field in self.fields else None
            self.add_error(at_field, str(self.refusal))
        if not self.is_bound or self.instance.pk is None:
            return
        changed = set(self.changed_data)
        lost = [
            (name, value)
            for name, noted, value in self.stored()
            if not self.note.knows(noted, value)
            and (name in changed or self.cleaned_data.get(DELETION_FIELD_NAME))
        ]
        for name, value in lost:
            self.add_error(name, cast("str", self._told(name, value)))
        if lost:
            # A row that is to be deleted is not judged otherwise.
            self.cleaned_data.pop(DELETION_FIELD_NAME, None)

    def _of_the_row(self) -> set[str]:
        """Return the fields that are columns, without the keys a row of a formset carries."""
        keys = {self.instance._meta.pk.name}
        return {field.name for field in self.instance._meta.concrete_fields} - keys

    def _with_stored(self) -> Any:
        """Return what was typed, with the stored value where a person took that."""
        data: Any = self.data
        data = data.copy()
        for name, _noted, value in self.stored():
            html_name = self.add_prefix(name)
            if html_name not in self.taken:
                continue
            field = self.fields[name]
            for key in [key for key in data if key in as_sent(field, html_name, None)]:
                del data[key]
            for key, texts in as_sent(field, html_name, value).items():
                data.setlist(key, texts)
        return data

    def _told(self, name: str, value: object) -> SafeString:
        """Return what is read at a field that somebody else has changed."""
        words = {"value": in_words(self.fields[name], value)}
        if entry := self._changed_by(name):
            said = _(
                "Changed by %(who)s on %(when)s while this form was open. Save again to keep what"
                " you typed. Stored: %(value)s"
            )
            when = entry.action_time.strftime("%Y-%m-%d %H:%M UTC")
            words |= {"who": str(entry.user), "when": when}
        else:
            said = _(
                "Changed while this form was open. Save again to keep what you typed."
                " Stored: %(value)s"
            )
        return format_html(
            '{} <label><input type="checkbox" name="{}" value="{}"> {}</label>',
            *(said % words, TAKEN, self.add_prefix(name), _("Use the stored value")),
        )

    def _changed_by(self, name: str) -> LogEntry | None:
        """Return the newest entry that names the field since the form was opened, if any."""
        if self.logged is None or self.note.opened_at is None:
            return None
        entries = LogEntry.objects.filter(
            content_type=get_content_type_for_model(self.logged),
            object_id=str(self.logged.pk),
            action_flag=CHANGE,
            action_time__gte=self.note.opened_at,
        )
        with override(None):
            # The log has the fields by their labels in English.
            label = str(self.fields[name].label or name)
        about = str(self.instance._meta.verbose_name) if self.instance != self.logged else None
        for entry in entries.select_related("user").order_by("-pk"):
            if any(_names(part, label, about) for part in _parts(entry)):
                return entry
        return None


def _parts(entry: LogEntry) -> list[dict]:
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        return []
    found = [part["changed"] for part in parts if isinstance(part, dict) and "changed" in part]
    return [part for part in found if isinstance(part, dict)]


def _names(part: dict, label: str, about: str | None) -> bool:
    return part.get("name") == about and label in part.get("fields", [])


def guarded[F: BaseModelForm](form: type[F], request: HttpRequest, logged: Model | None) -> type[F]:
    """Return the form with the guard; `logged` is the row that the admin's log tells about."""
    guard = {
        "note": Note(request.POST.get(SEEN, "")),
        "taken": frozenset(request.POST.getlist(TAKEN)),
        "logged": logged,
    }
    kind: Any = type(form)
    return kind(form.__name__, (GuardedForm, form), guard)


class GuardedAdmin(admin.ModelAdmin):
    """An admin whose forms carry the note, and which reads what is stored under a lock."""

    change_form_template = "admin/guarded_change_form.html"

    def lock(self, request: HttpRequest, pk: int) -> None:
        """Keep everybody else from changing the row until the transaction ends.

        Who locks other rows first in the verb that corrects this one locks those first here too.
        """
        rows = self.model._base_manager.select_for_update(no_key=True)
        list(rows.filter(pk=pk).values_list("pk"))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the row; locked, as it is then, when a form about it has come back."""
        found = super().get_object(request, object_id, from_field)
        saving = request.method == "POST" and connection.in_atomic_block
        if found is None or not saving or not self.has_change_permission(request, found):
            return found
        self.lock(request, found.pk)
        return super().get_object(request, object_id, from_field)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return the form with the guard."""
        return guarded(super().get_form(request, obj, change, **kwargs), request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Show or save; the note is as old as what was read."""
        extra_context = (extra_context or {}) | {"opened_at": timezone.now()}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,
        **kwargs: Any,
    ) -> HttpResponse:
        """Show the form with the note of what is stored now."""
        shown = [context["adminform"].form]
        for rows in context["inline_admin_formsets"]:
            shown += rows.formset.forms
        mine = [form for form in shown if isinstance(form, GuardedForm)]
        context["seen"] = Note.of(mine, opened_at=context["opened_at"])
        return super().render_change_form(request, context, *args, **kwargs)


class GuardedInline(InlineModelAdmin):
    """Rows that are edited with the one they belong to, guarded as that one is."""

    def get_formset(
        self, request: HttpRequest, obj: Model | None = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        """Return the formset whose forms have the guard."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = guarded(formset.form, request, obj)
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the rows; locked when a form has come back."""
        rows = super().get_queryset(request)
        saving = request.method == "POST" and connection.in_atomic_block
        return rows.select_for_update(of=("self",), no_key=True) if saving else rows
