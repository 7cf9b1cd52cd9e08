"""Pages and their fragments: one address, one view, two shapes of the answer.

The contract of a dialog:

* A link opens it: `<a href="/customers/new/" hx-get="/customers/new/" hx-target="#dialog">`.
  Without JavaScript, or in a new tab, the same address is a page of its own.
* Its template extends `base.html` and holds the whole of the dialog in
  `{% partialdef dialog inline %}` inside `{% block content %}`. The view ends in
  `render_page_or_dialog(request, template, context)`.
* The form inside posts to the same address: `<form method="post" action="..." hx-post="..."
  hx-target="#dialog">`, with `{% csrf_token %}` in it. A form that is wrong, or an action
  that was refused, answers with the same template and `status=422`: it appears in place,
  with everything typed still there.
* Success answers `see_other(request, path)`. A line for the person goes through
  `django.contrib.messages` and stands on the page that follows.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


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
    """Render the partial `part` of `template` for HTMX, the whole template for everybody else."""
    if not wants_fragment(request):
        return render(request, template, context, status=status)
    response = render(request, f"{template}#{part}", context, status=status)
    # The Back button must never find a fragment where the page was.
    response["Cache-Control"] = "no-store"
    return response


def render_page_or_dialog(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Render the partial `dialog` of `template` for HTMX, the whole page for everybody else.

    `status` is 422 when the form has to be corrected.
    """
    return render_page_or_part(request, template, context, part="dialog", status=status)


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
