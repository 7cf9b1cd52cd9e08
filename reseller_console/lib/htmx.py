"""Pages and their fragments: one address, one view, two shapes of the answer.

The contract of a dialog:

* A link opens it: `<a href="/customers/new/" hx-get="/customers/new/" hx-target="#dialog">`.
  Without JavaScript, or in a new tab, the same address is a page of its own.
* Its template extends `components/dialog.html` and gives a title, fields and buttons. The view
  ends in `render_page_or_dialog(request, template, context)`, most by way of `show_or_act`.
* The form inside posts to the same address. A form that is wrong, or an action that was
  refused, answers with the same template and `status=422`: it appears in place, with
  everything typed still there.
* Success answers `see_other(request, path)`. A line for the person goes through
  `django.contrib.messages` and is on the page that follows.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from reseller_console.lib.way_back import leading_back, way_back


def wants_fragment(request: HttpRequest) -> bool:
    """Whether the answer goes into a part of the page that is open.

    Not when the browser's history is restored: that needs the whole page.
    """
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def render_page_or_part(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    *,
    part: str,
    status: int = 200,
) -> HttpResponse:
    """Render the partial `part` of `template` for HTMX, the whole template for everyone else."""
    if not wants_fragment(request):
        return render(request, template, context, status=status)
    return _never_stored(render(request, f"{template}#{part}", context, status=status))


def render_page_or_dialog(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Render `template` without the page around it for HTMX, the whole page for everyone else.

    `template` extends `components/dialog.html`; `status` is 422 when the form has to be
    corrected. The way out that `context` gives as `back` is the list the dialog was opened from,
    if it was.
    """
    context = context | _leading(request, context)
    if not wants_fragment(request):
        return render(request, template, context | {"frame": "base.html"}, status=status)
    alone = context | {"frame": "components/dialog_alone.html"}
    return _never_stored(render(request, template, alone, status=status))


def _leading(request: HttpRequest, context: dict[str, object]) -> dict[str, object]:
    """Return what makes a dialog lead back to the list it was opened from."""
    back = way_back(request)
    if not back:
        return {"to_list": False}
    action = leading_back(str(context.get("action") or request.path), back)
    return {"to_list": True, "back": back, "action": action}


def _never_stored(response: HttpResponse) -> HttpResponse:
    # The Back button must never find a fragment where the page was.
    response["Cache-Control"] = "no-store"
    return response


def see_other(request: HttpRequest, path: str) -> HttpResponse:
    """Lead the browser to `path`, an address of this site, after a POST that took effect.

    A 302 for a plain form; for HTMX a 204 that makes the whole page move on, so that lists,
    counts and messages are all fresh.
    """
    if not wants_fragment(request):
        return HttpResponseRedirect(path)
    response = HttpResponse(status=204, headers={"HX-Redirect": path})
    if "#" in path:
        # The same page with another anchor would otherwise not be fetched again.
        response["HX-Refresh"] = "true"
    return response
