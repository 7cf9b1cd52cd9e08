"""Forms of the sign-in pages: allauth's, in our words, and the one an invited colleague fills."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reseller_console.accounts.models import User
from reseller_console.accounts.signing_in.sign_in import ResetTokens
from reseller_console.lib.text import collapse
from reseller_console.lib.typed_text import check_characters, check_plain_address

UNKNOWN_ACCOUNT = "account/email/unknown_account"


def _password_advice() -> str:
    return " ".join(password_validators_help_texts())


class PlainFields(forms.Form):
    """Labels above the fields say what belongs there; nothing is written inside them."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class SignInForm(PlainFields, allauth_forms.LoginForm):
    """Email address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email address")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}

    @property
    def throttled(self) -> bool:
        """Whether this try was refused for coming too soon after others."""
        return self.has_error("__all__", "too_many_login_attempts")


class ResetPasswordForm(PlainFields, allauth_forms.ResetPasswordForm):
    """Anyone who has the address gets an email: with a link, or saying there is no account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email address")
        self.fields["email"].widget.attrs |= {"autocomplete": "username", "autofocus": True}

    def clean_email(self) -> str:
        """Find who has joined and has this address; the page never says whether anyone does."""
        email = self.cleaned_data["email"]
        check_plain_address(email)
        self.users = list(User.objects.joined().with_address(email).select_related("reseller"))
        return email

    def save(self, request: HttpRequest, **_kwargs: object) -> str:
        """Post one email in either case, so that neither takes longer than the other."""
        email = self.cleaned_data["email"]
        if self.users:
            request_password_reset(request, email, self.users, ResetTokens())
        else:
            get_adapter().send_mail(UNKNOWN_ACCOUNT, email, {"request": request})
        return email


class NewPassword(PlainFields):
    """The two fields a new password is typed into."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _password_advice()
        self.fields["password2"].label = _("New password, once more")


class ResetPasswordKeyForm(NewPassword, allauth_forms.ResetPasswordKeyForm):
    """Choose a new password after a reset."""


class ChangePasswordForm(NewPassword, allauth_forms.ChangePasswordForm):
    """Choose a new password, knowing the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")


class LanguageForm(forms.Form):
    """A language, and the path of the page it was chosen on."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = forms.CharField(required=False)


class OwnName(forms.Form):
    """The name a person wants to be called by."""

    use_required_attribute = False

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        help_text=gettext_lazy("As colleagues and customers should see it."),
    )

    def clean_name(self) -> str:
        """Return the name with its blanks collapsed."""
        name = collapse(self.cleaned_data["name"])
        check_characters(name)
        return name


class JoinForm(OwnName):
    """An invited person's name and first password."""

    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial.setdefault("name", user.name)
        self.fields["password1"].help_text = _password_advice()

    def clean(self) -> dict:
        """Judge the password against the person's own name and address."""
        super().clean()
        first, second = map(self.cleaned_data.get, ("password1", "password2"))
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        elif first:
            self.user.name = self.cleaned_data.get("name", "")
            try:
                validate_password(first, self.user)
            except ValidationError as error:
                self.add_error("password1", error)
        return self.cleaned_data
