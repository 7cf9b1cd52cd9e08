"""Numbers of licenses, as people type them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# More digits than any limit has; an int() of thousands of digits would fail in its own way.
_MOST_DIGITS = 12
_BEYOND_EVERY_LIMIT = 10**_MOST_DIGITS


class QuantityField(forms.CharField):
    """A whole number of 1 or more, typed in plain digits 0 to 9; or of 0 and more, blank for 0.

    A text input on purpose: a number input sends nothing at all for what it does not like,
    and so loses what was typed. How many are allowed depends on the product.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {"required": gettext_lazy("Enter the number of licenses.")}

    def __init__(self, *, may_be_none: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.may_be_none = may_be_none

    def clean(self, value: object) -> int:
        """Return the number; raises ValidationError for anything but plain digits."""
        if self.may_be_none and not str(value or "").strip():
            return 0
        text = str(super().clean(value))
        if not (text.isascii() and text.isdigit()):
            raise forms.ValidationError(_("Use digits only, such as 25."), code="not_digits")
        number = int(text) if len(text) <= _MOST_DIGITS else _BEYOND_EVERY_LIMIT
        if number < 1 and not self.may_be_none:
            raise forms.ValidationError(_("At least 1 license."), code="too_few")
        return number


class RenewedField(QuantityField):
    """The same, where nothing and 0 stand for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: object) -> int:
        """Return the number, 0 for none; raises ValidationError as QuantityField does."""
        text = str(value or "").strip()
        return super().clean(text) if text.strip("0") else 0
