"""The form in which VIP admins change their own name."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reseller_console.accounts.forms import OwnName
from reseller_console.accounts.models import User
from reseller_console.tenancy.forms import KeyedForm


class NameForm(OwnName, KeyedForm):
    """The name of the person who is signed in."""

    def __init__(self, data: dict | None = None, *, person: User) -> None:
        super().__init__(data, initial={"name": person.name})
        self.fields["name"].widget.attrs.pop("autofocus", None)
        self.fields["name"].help_text = _("As your reseller and the other admins should see it.")
