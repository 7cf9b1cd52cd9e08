"""What every form that changes something has in common: its key."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.submissions import as_key
from reseller_console.tenancy.unsent import GIVEN_BACK


class KeyedForm(forms.Form):
    """A form that carries a key, so that sending it twice acts once (`tenancy.submissions`).

    The key is made when the form is shown first and stays the same when it is shown again
    with corrections to make.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: dict | None = None, *args: Any, **kwargs: Any) -> None:
        self.key_was_lost, self.given_back = False, False
        if data is not None and as_key(data.get("key")) is None:
            self.key_was_lost, self.given_back = True, data.get("key") == GIVEN_BACK
            data = data.copy()
            data["key"] = str(uuid.uuid4())
        super().__init__(data, *args, **kwargs)
        self.initial["key"] = self.initial.get("key") or uuid.uuid4()

    def clean(self) -> dict:
        """Ask for the form once more when it came without its key."""
        if self.given_back:
            sentence = _(
                "You were signed out before this was sent, so nothing was saved."
                " Check it and send it again."
            )
            self.add_error(None, sentence)
        elif self.key_was_lost:
            self.add_error(
                None, _("Part of this form was lost in transit. Check it and send it again.")
            )
        return self.cleaned_data

    def refuse(self, refusal: ActionRefused) -> None:
        """Show an action's refusal where it belongs: at its field, else above the form."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal))


def form_field[F: forms.Field](form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """Return a form's field as what it is; raises TypeError for a field of another kind."""
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{name} is no {kind.__name__}")
    return field
