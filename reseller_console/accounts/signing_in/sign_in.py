"""Signing in: who is found by an address, how often one may try, and where one goes then."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.signals import password_reset
from allauth.account.utils import get_login_redirect_url
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.models import User
from reseller_console.accounts.signing_in import throttle

SIGNED_IN_AT = "signed_in_at"
BACKEND = "reseller_console.accounts.signing_in.sign_in.Backend"


class Backend(AuthenticationBackend):
    """Finds people by the one address their account has.

    allauth keeps a second list of addresses; an old address in it would stay a way in.
    """

    def get_user(self, user_id: int | str) -> User | None:
        """Return who is signed in, with the reseller that every page asks for next."""
        user = User.objects.select_related("reseller").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        for user in User.objects.with_address(email):
            return self._check_password(user, password)
        return None


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens that die with the password, the address, the next sign-in and deactivation."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.deactivated_at}"


class SignIn(DefaultAccountAdapter):
    """The part of allauth's adapter that is about signing in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The email address or the password is wrong."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait a few minutes, or reset the password."
        ),
        "enter_current_password": _("This is not your current password."),
        "rate_limited": _("Too many requests. Wait a minute and try again."),
    }

    def authenticate(self, request: HttpRequest, **credentials: str) -> User | None:
        """Return whose address and password these are; None when they do not belong together.

        Raises ValidationError "too_many_login_attempts" before looking at the password.
        """
        try:
            attempt = throttle.begin(
                email=credentials.get("email", ""),
                password=credentials["password"],
                address=self.get_client_ip(request),
            )
        except throttle.TooManyAttempts:
            raise self.validation_error("too_many_login_attempts") from None
        user = super().authenticate(request, **credentials)
        if user is not None:
            throttle.succeeded(attempt)
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where one begins."""
        return first_page(request)

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **known: Any
    ) -> HttpResponse:
        """Lead to the page that was asked for, if it is for somebody like this person at all."""
        asked_for = get_login_redirect_url(request, redirect_url)
        there = asked_for if is_for(user, asked_for) else first_page(request)
        return super().post_login(request, user, redirect_url=there, **known)

    def is_safe_url(self, url: str) -> bool:
        """Whether a `next` in an address may be followed: paths of the console only."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def first_page(request: HttpRequest) -> str:
    """Return where one begins: ops in the admin, members at theirs, colleagues at the customers.

    Anyone who has not signed in yet does that first, and is then led to the own first page.
    """
    user = request.user
    if not user.is_authenticated:
        return reverse("account_login")
    if user.is_member:
        return reverse("member_home")
    return reverse("admin:index" if user.is_staff else "customer_list")


# Whose pages begin like this; all others are a reseller's, or anybody's.
_MEMBERS, _OPS = ("/member/",), ("/admin/", "/mailbox/")
_ANYBODYS = ("/accounts/", "/invitation")


def is_for(user: User, address: str) -> bool:
    """Whether an address of the console is among the pages of people like this one.

    Whether the very page is theirs it says itself.
    """
    path = urlsplit(address).path
    if path == "/" or path.startswith(_ANYBODYS):
        return True
    if path.startswith(_MEMBERS):
        return user.is_member
    if path.startswith(_OPS):
        return user.is_staff
    return user.reseller_id is not None


@receiver(user_logged_in)
def remember_when(request: HttpRequest | None, **_kwargs: object) -> None:
    """Note in the session when it began; `accounts.middleware` ends it 12 hours later."""
    if request is not None:
        request.session[SIGNED_IN_AT] = int(timezone.now().timestamp())


@receiver(password_reset)
def start_afresh(user: User, **_kwargs: object) -> None:
    """Let a person who has just chosen a new password in at once."""
    throttle.forget(user.email)
