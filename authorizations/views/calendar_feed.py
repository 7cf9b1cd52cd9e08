"""The calendar feed: `/calendar/` and its dialogs, and `/calendar/<secret>.ics` for calendars."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from authorizations.calendar_feed.file import file_of
from authorizations.forms.calendar_feed import ContentsForm
from customers.doors import ColleagueRequest, door
from reseller_console.accounts.actions import calendar_feed as verbs
from reseller_console.accounts.feed_links import address_to_copy, feed_behind, feed_of
from reseller_console.lib.calendar_files import CONTENT_TYPE
from reseller_console.lib.htmx import see_other
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.forms import KeyedForm

PATH = "/calendar/"


@door(own=True)
def calendar_feed(request: ColleagueRequest) -> HttpResponse:
    """Show the person's calendar feed; create it, or change what it contains."""
    owner, feed = request.user, feed_of(request.user)
    form = ContentsForm(request.POST or None, owner=owner, feed=feed)

    def act() -> str:
        chosen = {"scope": form.cleaned_data["scope"], "show": form.cleaned_data["show"]}
        if feed is None:
            verbs.create_feed(owner, **chosen, by=owner)
        else:
            verbs.change_feed(feed, **chosen, by=owner)
        return PATH

    context: dict[str, object] = {"feed": feed, "address": address_to_copy(feed) if feed else ""}
    said = _("The calendar feed is created.") if feed is None else _("The choice is saved.")
    return show_or_act(
        request, form, act, template="calendar/page.html", context=context, said=said
    )


@door(own=True)
def replace(request: ColleagueRequest) -> HttpResponse:
    """Give the person's calendar feed another address."""
    feed = feed_of(request.user)
    if feed is None:
        return see_other(request, PATH)

    def act() -> str:
        verbs.replace_feed(feed, by=request.user)
        return PATH

    said = _("The address is replaced. The old one no longer works.")
    form = KeyedForm(request.POST or None)
    context: dict[str, object] = {"back": PATH}
    return show_or_act(
        request, form, act, template="calendar/replace.html", context=context, said=said
    )


@door(own=True)
def revoke(request: ColleagueRequest) -> HttpResponse:
    """End the person's calendar feed."""
    feed = feed_of(request.user)
    if feed is None:
        return see_other(request, PATH)

    def act() -> str:
        verbs.revoke_feed(feed, by=request.user)
        return PATH

    said = _("The calendar feed is revoked. Its address no longer works.")
    form = KeyedForm(request.POST or None)
    context: dict[str, object] = {"back": PATH}
    return show_or_act(
        request, form, act, template="calendar/revoke.html", context=context, said=said
    )


@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar, which has nothing but the address; nobody is signed in.

    What never was, was replaced or revoked, and whose owner has left gets one answer.
    """
    feed = feed_behind(token)
    if feed is None:
        gone = _("There is no calendar at this address. It may have been replaced or revoked.")
        return _kept_secret(HttpResponse(gone, status=404, content_type=_PLAIN))
    if not verbs.count_reading(feed):
        response = HttpResponse(_("Too many requests."), status=429, content_type=_PLAIN)
        response["Retry-After"] = str(int(verbs.HOUR.total_seconds()))
        return _kept_secret(response)
    response = HttpResponse(file_of(feed), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return _kept_secret(response)


_PLAIN = "text/plain; charset=utf-8"


def _kept_secret(response: HttpResponse) -> HttpResponse:
    """The address is the secret: no cache keeps the answer, no index or other site learns it."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Whatever language the one who asks speaks.
    response["Content-Language"] = "en"
    return response
