"""Who is VIP admin: `/member/<VIP ID>/admins/` and what an admin does there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from customers.actions import admins as verbs
from customers.admins.doors import MemberRequest, member_door
from customers.admins.memberships import memberships_of, open_invitations_of
from customers.forms.admins import HandOverForm, InviteAdminForm
from customers.models import Customer
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.dialogs import leads_where_it_led, show_or_act
from reseller_console.tenancy.forms import KeyedForm


def _path(customer: Customer) -> str:
    return f"{customer.get_member_url()}admins/"


@member_door()
def admins(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Show the organization's admins and the invitations that wait."""
    members = list(memberships_of(customer))
    active = [row for row in members if row.user.is_active]
    context = {
        "customer": customer,
        "members": members,
        "invitations": open_invitations_of(customer),
        "today": request.day.today,
        "is_alone": len(active) == 1,
        "path": _path(customer),
    }
    return render(request, "member/admins.html", context)


@member_door(write=True)
def invite(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Invite a further admin."""
    form = InviteAdminForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        verbs.invite_admin(customer, details=form.details(), by=request.user, day=request.day)
        return _path(customer)

    said = _("The invitation is on its way.")
    until = long_date(request.day.after(request.day.terms.invitation_days))
    return _show_or_act(
        request, form, act, customer, template="admin_invite", said=said, until=until
    )


@leads_where_it_led
@member_door(write=True)
def resend(request: MemberRequest, customer: Customer, invitation: int) -> HttpResponse:
    """Send a person who was invited a new link."""
    row = get_object_or_404(open_invitations_of(customer), pk=invitation)
    said = _("The invitation is on its way to %(email)s.") % {"email": row.address}
    verb = partial(verbs.resend_admin_invitation, row)
    return _confirm(request, customer, verb, template="admin_resend", said=said, invitation=row)


@leads_where_it_led
@member_door(write=True)
def withdraw(request: MemberRequest, customer: Customer, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    row = get_object_or_404(open_invitations_of(customer), pk=invitation)
    said = _("The invitation of %(name)s is withdrawn.") % {"name": row.name}
    verb = partial(verbs.withdraw_admin_invitation, row)
    return _confirm(request, customer, verb, template="admin_withdraw", said=said, invitation=row)


@leads_where_it_led
@member_door(write=True)
def remove(request: MemberRequest, customer: Customer, membership: int) -> HttpResponse:
    """End a person's admin membership."""
    row = get_object_or_404(memberships_of(customer), pk=membership)
    said = _("%(name)s is no longer a VIP admin.") % {"name": row.user}
    verb = partial(verbs.remove_admin, row)
    return _confirm(request, customer, verb, template="admin_remove", said=said, membership=row)


@leads_where_it_led
@member_door(write=True)
def hand_over(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Leave the organization to another admin; from then on its pages answer 404."""
    form = HandOverForm(
        request.POST if request.method == "POST" else None, customer=customer, by=request.user
    )

    def act() -> str:
        to = form.cleaned_data["to"]
        verbs.hand_over(customer, to=to, by=request.user, day=request.day)
        return "/member/"

    said = _("You are no longer a VIP admin of %(name)s.") % {"name": customer.name}
    return _show_or_act(request, form, act, customer, template="admin_hand_over", said=said)


def _confirm(
    request: MemberRequest,
    customer: Customer,
    verb: Callable[..., object],
    *,
    template: str,
    said: str,
    **context: object,
) -> HttpResponse:
    """Carry `verb` out once it is confirmed; nothing is asked but whether."""

    def act() -> str:
        verb(by=request.user, day=request.day)
        return _path(customer)

    form = KeyedForm(request.POST if request.method == "POST" else None)
    return _show_or_act(request, form, act, customer, template=template, said=said, **context)


def _show_or_act(
    request: MemberRequest,
    form: KeyedForm,
    act: Callable[[], str],
    customer: Customer,
    *,
    template: str,
    said: str,
    **context: object,
) -> HttpResponse:
    return show_or_act(
        request,
        form,
        act,
        template=f"member/{template}.html",
        context={"customer": customer, "back": _path(customer), **context},
        said=said,
    )
