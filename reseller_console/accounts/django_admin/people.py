"""People and what happened to their accounts, for ops.

`customers.django_admin.customers` registers `PersonAdmin` with the actions that move customers.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reseller_console.accounts.actions.calendar_feed import revoke_feed
from reseller_console.accounts.actions.correct import CORRECTABLE, correct_person
from reseller_console.accounts.actions.invite import invite, resend
from reseller_console.accounts.actions.leave import reactivate
from reseller_console.accounts.actions.roles import hand_over
from reseller_console.accounts.activity import sentence
from reseller_console.accounts.membership import Membership
from reseller_console.accounts.models import CalendarFeed, ColleagueInvitation, TeamEvent, User
from reseller_console.accounts.signed_in import signed_in
from reseller_console.lib.admin_choices import named
from reseller_console.lib.django_admin import CorrectableAdmin, FactsAdmin, StateFilter
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Reseller


class MembershipFilter(StateFilter):
    """Active, Pending or Deactivated."""

    title = gettext_lazy("account")
    parameter_name, annotation = "account", "membership"
    states = Membership


class InvitePersonForm(forms.ModelForm):
    """Invite a person; without a reseller and a role it is an ops account."""

    class Meta:
        model = User
        fields = ("email", "name", "reseller", "role")

    def clean(self) -> dict:
        """Ask for reseller and role together."""
        typed = super().clean() or self.cleaned_data
        if bool(typed.get("reseller")) != bool(typed.get("role")):
            raise ValidationError(_("A colleague has a reseller and a role; ops have neither."))
        return typed


class CorrectPersonForm(forms.ModelForm):
    """Name, address and language of an account."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class PersonAdmin(CorrectableAdmin):
    """Everyone with an account. Passwords are no one's business but their owners'."""

    list_display = ("email", "name", "reseller", "role", "account", "is_staff", "last_login")
    list_filter = (MembershipFilter, "kind", "role", named("reseller"))
    list_select_related = ("reseller",)
    search_fields = ("email", "name")
    ordering = ("email",)
    sortable_by = ("email", "name", "last_login")
    actions: tuple[str, ...] = ("resend_links", "reactivate_accounts", "make_primary")
    readonly_fields = (
        "kind",
        "reseller",
        "role",
        "account",
        "is_staff",
        "is_superuser",
        "last_login",
        "created_at",
        "invited_at",
        "joined_at",
        "deactivated_at",
    )
    fields = (*CORRECTABLE, *readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return people with `membership`."""
        return User.objects.with_membership().order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        """Return whether this person may invite people: ops only."""
        return self.has_change_permission(request)

    def lock(self, request: HttpRequest, pk: int) -> None:
        """Lock the team first, as the verb does, then the person."""
        teams = Reseller.objects.filter(team__pk=pk)
        list(teams.select_for_update(of=("self",), no_key=True).values_list("pk"))
        super().lock(request, pk)

    def get_form(
        self,
        request: HttpRequest,
        obj: User | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[forms.ModelForm]:
        """Return the form to invite with, or to correct with."""
        kwargs["form"] = InvitePersonForm if obj is None else CorrectPersonForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return what is asked of a new person, or shown of a known one."""
        return ("email", "name", "reseller", "role") if obj is None else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return what changes by verbs only."""
        return () if obj is None else self.readonly_fields

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool
    ) -> None:
        """Invite or correct, through the verbs of the team page."""
        by = signed_in(request)
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            correct_person(User.objects.get(pk=obj.pk), changes=changes, by=by)
            return
        typed = form.cleaned_data
        invited = invite(
            typed["reseller"],
            addresses=[typed["email"]],
            role=typed["role"],
            name=typed["name"],
            by=by,
            today=typed["reseller"].today() if typed["reseller"] else by.today(),
        )
        obj.pk = invited[0].pk

    @admin.display(description=gettext_lazy("Account"))
    def account(self, person: User) -> str:
        """Return where the person stands."""
        return str(Membership(person.membership).label)

    @admin.action(description=gettext_lazy("Resend the invitation"))
    def resend_links(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Send new links to people who have not joined."""
        by = signed_in(request)
        self.carry_out(request, people, lambda person: resend(person, by=by, today=person.today()))

    @admin.action(description=gettext_lazy("Reactivate"))
    def reactivate_accounts(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Open closed accounts again."""
        by = signed_in(request)
        self.carry_out(request, people, lambda person: reactivate(person, by=by))

    @admin.action(description=gettext_lazy("Make primary admin"))
    def make_primary(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Hand the primary admin's role of the person's reseller over to them."""
        by = signed_in(request)

        def act(person: User) -> None:
            if person.reseller_id is None:
                raise ActionRefused(_("Ops have no reseller."))
            hand_over(person, by=by)

        self.carry_out(request, people, act)


@admin.register(TeamEvent)
class TeamEventAdmin(FactsAdmin):
    """What happened to accounts; written once."""

    list_display = ("at", "reseller", "by", "in_words")
    list_filter = (named("reseller"),)
    list_select_related = ("reseller", "by")
    search_fields = ("colleague__email", "by__email")
    sortable_by = ()

    @admin.display(description=gettext_lazy("What"))
    def in_words(self, event: TeamEvent) -> str:
        """Return what happened."""
        return sentence(event)


@admin.register(ColleagueInvitation)
class ColleagueInvitationAdmin(FactsAdmin):
    """Links of invited colleagues; the hashes of their secrets stay unseen."""

    list_display = ("user", "reseller", "version", "sent_at", "expires_on", "used_at")
    list_select_related = ("user", "reseller")
    search_fields = ("user__email",)
    ordering = ("-sent_at",)
    sortable_by = ()
    exclude = ("token_hash",)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(FactsAdmin):
    """Secret addresses for calendars, which ops revoke for somebody who cannot."""

    list_display = ("user", "reseller", "scope", "show", "created_at", "last_read_at")
    list_filter = (named("reseller"),)
    list_select_related = ("user", "reseller")
    search_fields = ("user__email",)
    ordering = ("-created_at",)
    sortable_by = ()
    actions: tuple[str, ...] = ("revoke",)
    fields = list_display

    @admin.action(description=gettext_lazy("Revoke"))
    def revoke(self, request: HttpRequest, feeds: QuerySet[CalendarFeed]) -> None:
        """End feeds; their addresses answer nobody from now on."""
        by = signed_in(request)
        self.carry_out(request, feeds, lambda feed: revoke_feed(feed, by=by))
