"""What is a VIP admin's own, whichever organization: `/member/account/` and `/member/help/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.actions.admins import MOST_ADMINS
from customers.actions.own_account import change_name
from customers.admins.doors import MemberRequest, member_door
from customers.admins.organizations import terms_shared_by
from customers.forms.own_account import NameForm
from reseller_console.tenancy.dialogs import show_or_act


@member_door(write=True)
def account(request: MemberRequest) -> HttpResponse:
    """Show the signed-in admin's account; change the own name."""
    form = NameForm(request.POST if request.method == "POST" else None, person=request.user)

    def act() -> str:
        change_name(request.user, name=form.cleaned_data["name"], by=request.user)
        return reverse("member_account")

    context: dict[str, object] = {"organizations": request.organizations}
    said = _("Your name is saved.")
    return show_or_act(
        request, form, act, template="member/account.html", context=context, said=said
    )


@member_door()
def help_page(request: MemberRequest) -> HttpResponse:
    """Explain to VIP admins what they can do and what awaits whom."""
    organizations = request.organizations
    context = {
        "terms": terms_shared_by(organizations),
        "only": organizations[0] if len(organizations) == 1 else None,
        "most_admins": MOST_ADMINS,
    }
    return render(request, "help/member.html", context)
