"""The people who work here, and what they did to each other's accounts."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.querysets import (
    ColleagueInvitationQuerySet,
    SignInAttemptQuerySet,
    UserQuerySet,
)
from reseller_console.accounts.roles import Role
from reseller_console.lib.clock import today_in
from reseller_console.tenancy.models import Reseller

_Manager = models.Manager.from_queryset(UserQuerySet)


class UserManager(BaseUserManager["User"], _Manager):
    """Makes accounts; email addresses are kept as typed and compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Create an account; without a password nobody can sign in to it until one is set."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: object) -> User:
        """Create an ops account that may do everything in the Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account by email address, whatever its case."""
        return self.with_address(username or "").get()


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a reseller's colleague (`reseller` and `role`), ops, or a customer's member."""

    class Kind(models.TextChoices):
        """What an account is for; one thing each."""

        COLLEAGUE = "colleague", _("Colleague")
        OPS = "ops", _("Ops")
        MEMBER = "member", _("Member")

    email = models.EmailField(_("email"), max_length=240)
    name = models.CharField(_("name"), max_length=100)
    reseller = models.ForeignKey(
        Reseller, models.PROTECT, null=True, blank=True, related_name="team"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, blank=True)
    language = models.CharField(max_length=10, default="en")
    is_staff = models.BooleanField(
        _("ops"), default=False, help_text=_("May sign in to the Django admin.")
    )
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    is_active = models.GeneratedField(
        expression=Q(deactivated_at__isnull=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # Generated, so that other tables can refer to it: a membership is a member's.
    kind = models.GeneratedField(
        expression=Case(
            When(reseller__isnull=False, then=Value(Kind.COLLEAGUE)),
            When(Q(is_staff=True) | Q(is_superuser=True), then=Value(Kind.OPS)),
            default=Value(Kind.MEMBER),
        ),
        output_field=models.CharField(max_length=10, choices=Kind.choices),
        db_persist=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # No columns: `with_membership` annotates the first, `customers.colleagues.team_of` how many
    # customers the person manages.
    membership: str
    managed: int

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_address",
                violation_error_message=_("Somebody has an account with this address already."),
            ),
            models.UniqueConstraint(
                fields=["reseller"],
                condition=Q(role=Role.PRIMARY),
                name="one_primary_admin_per_reseller",
                violation_error_message=_("This reseller has a primary admin already."),
            ),
            models.CheckConstraint(
                name="role_with_reseller",
                condition=Q(reseller__isnull=True, role="")
                | Q(reseller__isnull=False, role__in=Role.values, is_staff=False),
                violation_error_message=_(
                    "A colleague has a reseller and a role; ops have neither."
                ),
            ),
            models.CheckConstraint(
                name="primary_admin_is_active",
                condition=~Q(role=Role.PRIMARY) | Q(deactivated_at__isnull=True),
                violation_error_message=_("The primary admin cannot be deactivated."),
            ),
        ]

    def __str__(self) -> str:
        """Return the name, else the address."""
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as typed."""
        return self.name

    def today(self) -> dt.date:
        """Return today's date where this person works; ops work by UTC."""
        return self.reseller.today() if self.reseller else today_in("UTC")

    @property
    def is_member(self) -> bool:
        """Whether this is the account of a customer's VIP admin."""
        return self.kind == self.Kind.MEMBER

    @property
    def may_write(self) -> bool:
        """Whether this person may change customers and purchase authorizations."""
        return self.role in Role.WRITERS

    @property
    def may_run_team(self) -> bool:
        """Whether this person may invite, deactivate and change *Managed by*."""
        return self.role in Role.TEAM_ADMINS


class Event(models.Model):
    """Who did what, when: a row that is written once and never changed.

    `kind` names the event; `details` holds the facts its sentence is built from
    (`reseller_console.accounts.activity`).
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]


class TeamEvent(Event):
    """What happened to a colleague's account."""

    colleague = models.ForeignKey(User, models.PROTECT, related_name="events")

    class Meta(Event.Meta):
        abstract = False
        indexes = [models.Index(fields=["reseller", "-at"], name="team_events_newest")]

    def __str__(self) -> str:
        """Return the kind and the instant."""
        return f"{self.kind} at {self.at}"


class ColleagueInvitation(models.Model):
    """One link that was sent to an invited colleague; a new one supersedes the one before.

    Only the hash of the link's secret is stored (`reseller_console.accounts.links`). Ops have
    no reseller.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    version = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(help_text=_("The last day the link works."))
    superseded_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(ColleagueInvitationQuerySet)()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "version"], name="one_colleague_link_per_version"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(superseded_at__isnull=True),
                name="one_colleague_link_in_force_per_account",
            ),
        ]
        indexes = [models.Index(fields=["reseller", "-sent_at"], name="colleague_links_newest")]

    def __str__(self) -> str:
        """Return the colleague and which link it is."""
        return f"{self.user}, link {self.version}"


class SignInAttempt(models.Model):
    """A try to sign in: what the throttle counts (`reseller_console.accounts.signing_in.throttle`).

    Neither the address nor the password that was typed is stored, only keyed marks of them:
    people type the one into the field of the other.
    """

    at = models.DateTimeField(default=timezone.now)
    account = models.CharField(max_length=32)
    network = models.CharField(max_length=64)
    password = models.CharField(max_length=6)
    succeeded_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(SignInAttemptQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="attempts_on_account"),
            models.Index(fields=["network", "-at"], name="attempts_from_network"),
            models.Index(fields=["password", "-at"], name="attempts_with_password"),
            models.Index(fields=["at"], name="attempts_oldest"),
        ]

    def __str__(self) -> str:
        """Return where it came from and when."""
        return f"{self.network} at {self.at}"
