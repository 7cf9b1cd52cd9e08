"""Forms sent by somebody whose session had ended: what was typed waits for the sign-in.

It waits in the browser's new session, for half an hour, and is shown again in the form once
that person may open it. Nothing is carried out: what is given back has lost its key, and a form
without a key never acts (`tenancy.submissions`), so it is read and sent again.
"""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone

from reseller_console.tenancy.submissions import as_key

# In place of the key of a form that is given back.
GIVEN_BACK = "given-back"
_SESSION_KEY = "unsent"
# No form of ours that is typed by hand is longer; anybody may send one.
_MOST_CHARACTERS, _SECONDS = 32_000, 30 * 60


def keep(request: HttpRequest) -> bool:
    """Keep what was typed in the form that `request` sends, but for files and passwords.

    For forms that carry a key and come from a page of the console; call it where that has been
    checked. Replaces what was kept before. Returns whether it is kept.
    """
    if request.method != "POST" or as_key(request.POST.get("key")) is None:
        return False
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    for name in [name for name in typed if "password" in name]:
        del typed[name]
    typed["key"] = GIVEN_BACK
    text = typed.urlencode()
    if len(text) > _MOST_CHARACTERS:
        return False
    now = int(timezone.now().timestamp())
    request.session[_SESSION_KEY] = {"path": request.path, "typed": text, "at": now}
    return True


def is_kept(request: HttpRequest) -> bool:
    """Whether something typed waits for whoever signs in."""
    return bool(_kept(request))


def give_back(request: HttpRequest) -> bool:
    """Let a request for the page of a kept form find it filled in; return whether it does.

    From here on the request looks as if the form had been sent without its key.
    """
    # The session has been read by now: whoever asks is signed in.
    if request.method != "GET" or _kept(request).get("path") != request.path:
        return False
    request.POST = QueryDict(request.session.pop(_SESSION_KEY)["typed"])
    request.method = "POST"
    return True


def as_shown(response: HttpResponseBase) -> HttpResponseBase:
    """Return the page of a form that was given back as the answer to a page asked for."""
    response.status_code = 200 if response.status_code in (409, 422) else response.status_code
    return response


def _kept(request: HttpRequest) -> dict:
    kept = request.session.get(_SESSION_KEY) or {}
    return kept if timezone.now().timestamp() - kept.get("at", 0) < _SECONDS else {}
