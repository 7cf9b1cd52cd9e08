"""The team: `/team/` and what an admin does there, each a page and a dialog."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from customers.actions import team as verbs
from customers.colleagues import team_events, team_of
from customers.doors import ColleagueRequest, door
from customers.forms.team import HandOverForm, InviteColleaguesForm, RoleForm, SuccessorForm
from reseller_console.accounts.actions.invite import invite, resend
from reseller_console.accounts.actions.leave import reactivate
from reseller_console.accounts.actions.roles import hand_over
from reseller_console.accounts.models import Role, User
from reseller_console.tenancy.dialogs import leads_where_it_led, show_or_act
from reseller_console.tenancy.forms import KeyedForm

TEAM = "/team/"


@door()
def team(request: ColleagueRequest) -> HttpResponse:
    """Show everyone of the reseller; to admins also what happened to them."""
    user, after = request.user, request.GET.get("events", "")
    context = {
        "colleagues": team_of(user).primary_first(),
        "events": team_events(user, after=after) if user.may_run_team else None,
    }
    return render(request, "team/list.html", context)


@door(run_team=True)
def invite_colleagues(request: ColleagueRequest) -> HttpResponse:
    """Invite one or several colleagues by email."""
    form = InviteColleaguesForm(request.POST or None)

    def act() -> str:
        addresses, role = form.cleaned_data["addresses"], form.cleaned_data["role"]
        reseller, today = request.user.reseller, request.day.today
        invite(reseller, addresses=addresses, role=role, by=request.user, today=today)
        return TEAM

    context: dict[str, object] = {"back": TEAM}
    said = _("Everyone you entered gets an email with a link.")
    return show_or_act(request, form, act, template="team/invite.html", context=context, said=said)


def about_colleague(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Guard a view about one colleague, for admins; others' colleagues do not exist."""

    @door(run_team=True)
    def entered(request: ColleagueRequest, pk: int) -> HttpResponse:
        return view(request, get_object_or_404(team_of(request.user), pk=pk))

    return entered


@about_colleague
def change_role(request: ColleagueRequest, colleague: User) -> HttpResponse:
    """Give a colleague another role."""
    form = RoleForm(request.POST or None, user=request.user, colleague=colleague)

    def act() -> str:
        verbs.change_role(
            colleague,
            role=form.cleaned_data["role"],
            successor=form.cleaned_data.get("successor"),
            by=request.user,
            day=request.day,
        )
        return TEAM

    said = _("The role of %(name)s is changed.") % {"name": colleague}
    return _show_or_act(request, form, act, colleague, template="team/role.html", said=said)


@about_colleague
def resend_link(request: ColleagueRequest, colleague: User) -> HttpResponse:
    """Send a colleague who has not joined a new link."""

    def act() -> str:
        resend(colleague, by=request.user, today=request.day.today)
        return TEAM

    form = KeyedForm(request.POST or None)
    said = _("The invitation is on its way to %(email)s.") % {"email": colleague.email}
    return _show_or_act(request, form, act, colleague, template="team/resend.html", said=said)


@about_colleague
def deactivate(request: ColleagueRequest, colleague: User) -> HttpResponse:
    """Close a colleague's account and give the customers to a successor."""
    form = SuccessorForm(request.POST or None, user=request.user, colleague=colleague)

    def act() -> str:
        successor = form.cleaned_data.get("successor")
        verbs.deactivate(colleague, successor=successor, by=request.user, day=request.day)
        return TEAM

    said = _("%(name)s is deactivated.") % {"name": colleague}
    return _show_or_act(request, form, act, colleague, template="team/deactivate.html", said=said)


@about_colleague
def reopen(request: ColleagueRequest, colleague: User) -> HttpResponse:
    """Reactivate a colleague's account."""

    def act() -> str:
        reactivate(colleague, by=request.user)
        return TEAM

    form = KeyedForm(request.POST or None)
    said = _("%(name)s is active again.") % {"name": colleague}
    return _show_or_act(request, form, act, colleague, template="team/reactivate.html", said=said)


@leads_where_it_led
@door(run_team=True)
def hand_over_primary(request: ColleagueRequest) -> HttpResponse:
    """Let the primary admin name another one."""
    if request.user.role != Role.PRIMARY:
        raise PermissionDenied
    form = HandOverForm(request.POST or None, user=request.user)

    def act() -> str:
        hand_over(form.cleaned_data["colleague"], by=request.user)
        return TEAM

    context: dict[str, object] = {"back": TEAM}
    said = _("The role is handed over. You are a reseller admin now.")
    return show_or_act(
        request, form, act, template="team/hand_over.html", context=context, said=said
    )


def _show_or_act(
    request: ColleagueRequest,
    form: KeyedForm,
    act: Callable[[], str],
    colleague: User,
    *,
    template: str,
    said: str,
) -> HttpResponse:
    context: dict[str, object] = {"colleague": colleague, "back": TEAM}
    return show_or_act(request, form, act, template=template, context=context, said=said)
