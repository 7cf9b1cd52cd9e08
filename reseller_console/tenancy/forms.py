"""What every form that changes something has in common: its key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _

from reseller_console.lib.refusals import ActionRefused


class KeyedForm(forms.Form):
    """A form that carries a key, so that sending it twice acts once (`submissions.once`).

    The key is made when the form is shown first and stays the same when it is shown again
    with corrections to make.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping | None = None, *args: object, **kwargs: object) -> None:
        self.key_was_lost = data is not None and not _is_key(data.get("key"))
        if self.key_was_lost:
            data = data.copy()  # type: ignore[union-attr]
            data["key"] = str(uuid.uuid4())  # type: ignore[index]
        super().__init__(data, *args, **kwargs)  # type: ignore[arg-type]
        self.initial["key"] = self.initial.get("key") or uuid.uuid4()

    def clean(self) -> dict:
        """Ask for the form once more when it came without its key."""
        if self.key_was_lost:
            self.add_error(
                None, _("A part of this form was lost on the way. Check it and send it again.")
            )
        return self.cleaned_data

    def refuse(self, refusal: ActionRefused) -> None:
        """Show an action's refusal where it belongs: at its field, else above the form."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal))


def _is_key(text: str | None) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True
