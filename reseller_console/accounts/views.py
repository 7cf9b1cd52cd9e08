"""The doors of signing in: allauth's views, and the page an invitation leads to."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from reseller_console.accounts import languages
from reseller_console.accounts.actions.invite import invitation_of, join
from reseller_console.accounts.forms import JoinForm, LanguageForm, SignInForm
from reseller_console.accounts.signing_in import throttle
from reseller_console.accounts.signing_in.sign_in import BACKEND, first_page, is_for
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy import unsent


def home(request: HttpRequest) -> HttpResponse:
    """Lead everyone to where they begin."""
    return redirect(first_page(request))


class SignInView(LoginView):
    """Sign in; a try that came too soon after others answers 429."""

    def get_authenticated_redirect_url(self) -> str:
        """Lead those who are signed in on as after signing in."""
        there = super().get_authenticated_redirect_url()
        return there if is_for(self.request.user, there) else first_page(self.request)

    def get_context_data(self, **context: object) -> dict[str, object]:
        """Say that what was typed before the session ended is not lost."""
        return super().get_context_data(typed_is_kept=unsent.is_kept(self.request), **context)

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Show the form again; what is wrong is the same for known and unknown addresses."""
        response = super().form_invalid(form)
        if form.throttled:
            response.status_code = 429
            response["Retry-After"] = str(throttle.PAIR.minutes * 60)
        return response


@never_cache
@sensitive_post_parameters("password1", "password2")
def join_team(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited colleague choose name and password, and sign them in."""
    invitation = invitation_of(token)
    if invitation is None:
        return _not_indexed(render(request, "account/join_unknown.html", status=404))
    form = JoinForm(request.POST or None, user=invitation.user)
    if form.is_valid():
        password = form.cleaned_data["password1"]
        try:
            user = join(invitation, name=form.cleaned_data["name"], password=password)
        except ActionRefused:
            return _not_indexed(render(request, "account/join_unknown.html", status=404))
        login(request, user, backend=BACKEND)
        return redirect(first_page(request))
    context = {"form": form, "invitation": invitation}
    status = 422 if form.errors else 200
    return _not_indexed(render(request, "account/join.html", context, status=status))


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on; lead back to where it was chosen."""
    if not languages.may_choose(request):
        raise PermissionDenied
    form = LanguageForm(request.POST)
    if form.is_valid():
        languages.choose(request, form.cleaned_data["language"])
    back = form.cleaned_data.get("next", "")
    return redirect(back if back and get_adapter().is_safe_url(back) else "home")


def _not_indexed(response: HttpResponse) -> HttpResponse:
    """The address is the secret: it goes into no index, nor by the usual policy to other sites.

    A stricter policy would hide the form's own origin from the check against forgery.
    """
    response["X-Robots-Tag"] = "noindex"
    return response
