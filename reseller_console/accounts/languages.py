"""Which language a page is in: the first rule that has an answer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from reseller_console.accounts.models import User
from reseller_console.lib.languages import ENGLISH, spoken

_CHOSEN = "language"
_INVITED = "invited_language"
# Their address is a secret: nothing on them repeats it.
_SECRET_PATHS = ("/invitations/", "/accounts/join/", "/calendar/")


def _of_the_account(request: HttpRequest) -> str | None:
    user = request.user
    if not isinstance(user, User):
        return None
    return spoken(user.language) if user.is_member else ENGLISH


def _chosen(request: HttpRequest) -> str | None:
    return request.session.get(_CHOSEN)


def _invited(request: HttpRequest) -> str | None:
    return request.session.get(_INVITED)


def of_the_browser(request: HttpRequest) -> str:
    """Return the language the browser asks for (`Accept-Language`), if the console speaks it."""
    return translation.get_language_from_request(request)


RULES: tuple[Callable[[HttpRequest], str | None], ...] = (
    _of_the_account,
    _chosen,
    _invited,
    of_the_browser,
)


def language_of(request: HttpRequest) -> tuple[str, bool]:
    """Return the language of a page, and whether it is the browser that decided it."""
    for rule in RULES:
        language = rule(request)
        if language is not None:
            return language, rule is of_the_browser
    return ENGLISH, False


def choices_for(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the languages this person may choose from, as code and own name; often none.

    Members and people without an account choose; resellers and ops work in English.
    """
    if request.path.startswith(_SECRET_PATHS) or not may_choose(request):
        return []
    return list(settings.LANGUAGES)


def may_choose(request: HttpRequest) -> bool:
    """Whether there is anything to choose for the person who asks.

    Nothing where a request was refused before anyone looked who asks.
    """
    user = getattr(request, "user", None)
    return user is not None and (not isinstance(user, User) or user.is_member)


def choose(request: HttpRequest, language: str) -> None:
    """Speak this language to this person from now on: on the account, else in this browser."""
    if isinstance(request.user, User):
        request.user.language = language
        request.user.save(update_fields=["language"])
    else:
        request.session[_CHOSEN] = language


def speak_to_invited(request: HttpRequest, language: str) -> None:
    """Speak the invited person's language from the next page on, unless they choose another."""
    request.session[_INVITED] = spoken(language)
