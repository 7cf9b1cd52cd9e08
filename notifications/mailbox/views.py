"""The mailbox: every email of a console that sends none out of the house, for ops."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from notifications.mailbox import pages as mailbox_pages
from notifications.mailbox.listing import Listing
from notifications.models import Email
from reseller_console.lib.htmx import render_page_or_part, see_other

# An email may look as it likes and open its links in new tabs; it can do nothing else.
EMAIL_CSP: dict[str, list[str]] = {
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}

View = Callable[..., HttpResponse]


def for_ops(view: View) -> View:
    """Let ops in, where the mailbox is the mail provider; nobody may keep what they see."""

    @require_safe
    @never_cache
    @wraps(view)
    def entered(request: HttpRequest, **address: int) -> HttpResponse:
        if settings.MAIL_PROVIDER != "mailbox":
            raise Http404
        if not request.user.is_authenticated:
            return see_other(request, redirect_to_login(request.get_full_path()).url)
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, **address)

    return entered


@for_ops
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show the emails, newest first, fifty at a time; search them."""
    listing = Listing.from_query(request.GET)
    context: dict[str, object] = {"page": mailbox_pages.page_of(listing)}
    return render_page_or_part(request, "mailbox/list.html", context, part="emails")


@for_ops
def email(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one email as its recipient sees it, and what became of it."""
    return render(request, "mailbox/email.html", {"opened": mailbox_pages.opened(_found(pk))})


@for_ops
@csp_override(EMAIL_CSP)
@xframe_options_sameorigin
def email_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the email's own document, for the frame in its page."""
    opened = mailbox_pages.opened(_found(pk))
    if opened.rendered is None:
        raise Http404
    return HttpResponse(opened.rendered.html, headers={"Referrer-Policy": "no-referrer"})


def _found(pk: int) -> Email:
    email = mailbox_pages.find(pk)
    if email is None:
        raise Http404
    return email
