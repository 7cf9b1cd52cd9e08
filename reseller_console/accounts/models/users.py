"""The people who sign in: a reseller's colleagues, ops, and customers' VIP admins."""

from __future__ import annotations

import datetime as dt
from copy import copy
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.membership import RULES, Membership
from reseller_console.accounts.models.roles import Role
from reseller_console.lib.clock import today_in
from reseller_console.tenancy.models import Reseller


class UserQuerySet(models.QuerySet):
    """People; begin with `of(user)` wherever a colleague asks."""

    def of(self, user: User) -> UserQuerySet:
        """The colleagues of the person's own reseller; none for anyone else."""
        return self.filter(reseller_id=user.reseller_id) if user.reseller_id else self.none()

    def with_address(self, email: str) -> UserQuerySet:
        """Anyone who has this email address, ignoring case: one person or none."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(email.strip())))

    def with_membership(self) -> UserQuerySet:
        """Annotate `membership`: Active, Pending or Deactivated."""
        return self.annotate(membership=RULES.expression())

    def active(self) -> UserQuerySet:
        """Those whose account is not deactivated."""
        return self.filter(deactivated_at__isnull=True)

    def joined(self) -> UserQuerySet:
        """Those who can sign in: neither deactivated nor waiting to join."""
        return self.with_membership().filter(membership=Membership.ACTIVE)

    def waiting_to_join(self) -> UserQuerySet:
        """Those who were invited, have not joined and still may."""
        return self.with_membership().filter(membership=Membership.PENDING)

    def primary_first(self) -> UserQuerySet:
        """The primary admin, then everyone by name, else by address."""
        first = Case(When(role=Role.PRIMARY, then=0), default=1)
        shown = Coalesce(NullIf("name", Value("")), "email")
        return self.order_by(first, Lower(shown), "pk")


_Manager = models.Manager.from_queryset(UserQuerySet)


class UserManager(BaseUserManager["User"], _Manager):
    """Makes accounts; email addresses are kept as typed and compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Create an account; without a password no one can sign in to it until one is set."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: object) -> User:
        """Create an ops account that may do everything in the Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account by email address, ignoring case."""
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
    # The database counts it up when the account is closed or opened, changes its tenant, its
    # rights or its address, whoever does that; sessions from before are worth nothing then.
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0, editable=False)

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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must hold to be this person's; the base asks it for every key."""
        held = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{held}:{self.sessions_ended}"

    @property
    def is_member(self) -> bool:
        """Whether this is the account of a customer's VIP admin."""
        return self.kind == self.Kind.MEMBER

    def as_viewer(self) -> User:
        """Return this person with the rights of a viewer, for a page that is read only."""
        viewer = copy(self)
        viewer.role = Role.VIEWER
        return viewer

    @property
    def may_write(self) -> bool:
        """Whether this person may change customers and purchase authorizations."""
        return self.role in Role.WRITERS

    @property
    def may_run_team(self) -> bool:
        """Whether this person may invite, deactivate and change *Managed by*."""
        return self.role in Role.TEAM_ADMINS
