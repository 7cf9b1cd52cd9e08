"""Where an invitation's link leads: `/invitations/<secret>/`, then `/invitation/`.

Open to everyone. The first address only moves the secret out of the address bar; the second
shows the invitation and follows it.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from customers.actions.accept import NewAccount, follow_link
from customers.admins.landing import (
    Link,
    Visitor,
    count_miss,
    is_throttled,
    link_of_hash,
    link_of_token,
    visitor,
)
from customers.admins.memberships import is_admin_of
from customers.admins.vip_terms import terms_in_force, text_of
from customers.forms.accept import AcceptForm, AccountForm
from reseller_console.accounts import attempts
from reseller_console.accounts.languages import speak_to_invited
from reseller_console.accounts.models import User
from reseller_console.accounts.signed_in import signed_in
from reseller_console.accounts.signing_in.sign_in import BACKEND
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.models import VipTerms, VipTermsText
from reseller_console.tenancy.submissions import led_to, mark_of

# The session keeps the secret's hash, which opens nothing alone.
SESSION_KEY = "invitation"
TEMPLATE = "customers/invitation.html"


@require_safe
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Move the secret into the session; looking changes nothing, however often a scanner looks."""
    address = get_adapter().get_client_ip(request)
    link = None
    if not is_throttled(address):
        link = link_of_token(token)
        if link is None:
            count_miss(address)
    if link is None:
        response = _unknown(request)
    else:
        # For HEAD as well: what asks for a head follows where it leads, as for a page.
        request.session[SESSION_KEY] = link.invitation.token_hash
        speak_to_invited(request, link.language)
        response = redirect("invitation")
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Show who invites and what to accept; accepting takes an account, a tick and the button."""
    link = link_of_hash(str(request.session.get(SESSION_KEY, "")))
    # In this order: anyone who finds the link used up, or the account the same form has just made,
    # finds where that form has led, too.
    works = link is not None and link.works()
    who = visitor(link, request.user) if link is not None else None
    before = led_to(mark_of(request, anybody=True))
    if before:
        return _arrive(request, link, before)
    if link is None or who is None or not works:
        # Anyone who goes back here after accepting is led on; no one else learns anything.
        if link is not None and is_admin_of(request.user, link.customer):
            return redirect(link.customer.get_member_url())
        return _unknown(request)
    terms = terms_in_force(link.customer) if link.is_for_contact else None
    context: dict[str, object] = {
        "link": link,
        "who": who.value,
        "terms": terms,
        "text": text_of(terms, get_language() or "") if terms else None,
        "blocked": link.is_for_contact and terms is None,
    }
    if who in (Visitor.COLLEAGUE, Visitor.SOMEBODY_ELSE):
        attempts.refused(link.customer)
    if who not in (Visitor.NEW, Visitor.INVITED) or context["blocked"]:
        status = 403 if who is Visitor.COLLEAGUE else 200
        return render(request, TEMPLATE, context, status=status)
    return _show_or_follow(request, link, who, terms, context)


def _show_or_follow(
    request: HttpRequest,
    link: Link,
    who: Visitor,
    terms: VipTerms | None,
    context: dict[str, object],
) -> HttpResponse:
    kind = AccountForm if who is Visitor.NEW else AcceptForm
    form = kind(request.POST if request.method == "POST" else None, link=link, terms=terms)
    text = context["text"]
    language = text.language if isinstance(text, VipTermsText) else ""

    def act() -> str:
        follow_link(link, by=_person(request, link, form), terms=terms, language=language)
        return link.customer.get_member_url()

    response = show_or_act(request, form, act, template=TEMPLATE, context=context, anybody=True)
    moved_on = response.status_code in (204, 302)
    return _arrive(request, link, link.customer.get_member_url()) if moved_on else response


def _person(request: HttpRequest, link: Link, form: AcceptForm) -> User | NewAccount:
    if not isinstance(form, AccountForm):
        return signed_in(request)
    return NewAccount(
        name=form.cleaned_data["name"],
        password=form.cleaned_data["password1"],
        language=get_language() or link.language,
    )


def _arrive(request: HttpRequest, link: Link | None, path: str) -> HttpResponse:
    """Lead to the member's page, signed in: also anyone who pressed the button twice.

    Signing in ends the session the link was opened in; a second press that comes later
    has no link any more, and signs in by hand.
    """
    if link is None:
        return redirect(path)
    if not request.user.is_authenticated and request.POST.get("password1"):
        user = _by_password(request, link)
        if user is not None:
            login(request, user, backend=BACKEND)
    # A key says nothing about the link: it may have led somewhere for another one.
    if is_admin_of(request.user, link.customer):
        messages.success(
            request, _("Welcome. You are VIP admin of %(name)s.") % {"name": link.customer.name}
        )
    return redirect(path)


def _by_password(request: HttpRequest, link: Link) -> User | None:
    """Return the account of the invited address if this is its password; throttled as ever."""
    credentials = {"email": link.address, "password": request.POST["password1"]}
    try:
        return get_adapter().authenticate(request, **credentials)
    except ValidationError:
        return None


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "customers/landing_unknown.html", status=404)
