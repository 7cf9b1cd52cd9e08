"""Where a dialog leads when it is done: the list it was opened from, as it was.

A page that is worth coming back to says so (`comes_back`). HTMX tells the address of the page
under a dialog, and browsers that of the page a link was followed from; the form of a dialog
carries it on as `back`. Only addresses of such pages are ever followed.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.encoding import iri_to_uri

_LONGEST = 2_000


def comes_back[View: Callable[..., object]](view: View) -> View:
    """Let dialogs that are opened from this page lead back to it as it was."""
    view.comes_back = True  # type: ignore[attr-defined]
    return view


def way_back(request: HttpRequest) -> str:
    """Return the path and query of the page a dialog was opened from; blank when it is none.

    A dialog that was opened from another dialog leads back to where that one did.
    """
    told = (request.GET.get("back"), *map(request.headers.get, ("HX-Current-URL", "Referer")))
    return next(filter(None, (_page(request, address or "") for address in told)), "")


def leading_back(path: str, back: str) -> str:
    """Return the address of a dialog that leads back; `path` itself without a way back."""
    return f"{path}?{urlencode({'back': back})}" if back else path


def _page(request: HttpRequest, address: str, *, through: bool = True) -> str:
    """Return an address as one of our own that may be followed; `through` its own way back."""
    try:
        parts = urlsplit(address[:_LONGEST])
        found = resolve(parts.path)
    except (ValueError, Resolver404):
        return ""
    if parts.netloc not in ("", request.get_host()) or len(address) > _LONGEST:
        return ""
    if getattr(found.func, "comes_back", False):
        return iri_to_uri(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    behind = parse_qs(parts.query).get("back", [""])[0] if through else ""
    return _page(request, behind, through=False) if behind else ""
