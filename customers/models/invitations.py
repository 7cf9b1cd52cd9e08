"""The links that were sent: to a customer's contact, and to further admins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.customers import Customer
from customers.models.querysets import AdminInvitationQuerySet, InvitationQuerySet
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Reseller


class Invitation(models.Model):
    """One link that was sent to the contact; a new one supersedes the one before.

    Only the hash of the link's secret is stored (`customers.admins.links`).
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="invitations")
    version = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    sent_on = models.DateField()
    expires_on = models.DateField(help_text=_("The last day the link works."))
    superseded_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    # Of an import: it goes out at the reseller's pace, and takes nobody's place.
    in_bulk = models.BooleanField(default=False, db_default=False, editable=False)

    # No column: the details page annotates what became of the email.
    delivery: str

    objects = models.Manager.from_queryset(InvitationQuerySet)()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "version"], name="one_link_per_version"),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(superseded_at__isnull=True),
                name="one_link_in_force_per_customer",
            ),
        ]
        indexes = [
            models.Index(fields=["sent_by", "-sent_at"], name="links_of_person_newest"),
            models.Index(fields=["reseller", "-sent_at"], name="links_of_reseller_newest"),
        ]

    def __str__(self) -> str:
        """Return the customer and which link it is."""
        return f"{self.customer}, link {self.version}"


class AdminInvitation(models.Model):
    """One link that was sent to a further VIP admin; a new one supersedes the one before.

    Only the hash of the link's secret is stored (`customers.admins.links`).
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="admin_invitations")
    first_name = models.CharField(_("first name"), max_length=35)
    last_name = models.CharField(_("last name"), max_length=35)
    address = models.CharField(_("email address"), max_length=240)
    address_key = models.CharField(max_length=500, editable=False)
    language = models.CharField(_("preferred language"), max_length=10, default="en")
    version = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    sent_on = models.DateField()
    expires_on = models.DateField(help_text=_("The last day the link works."))
    superseded_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    # No columns: `open_invitations_of` annotates what became of the email, and whether
    # nothing is sent to the address any more.
    delivery: str
    is_closed: bool

    objects = models.Manager.from_queryset(AdminInvitationQuerySet)()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "address_key", "version"], name="one_admin_link_per_version"
            ),
            models.UniqueConstraint(
                fields=["customer", "address_key"],
                condition=Q(superseded_at__isnull=True),
                name="one_admin_link_in_force_per_address",
            ),
            models.CheckConstraint(
                name="admin_link_used_or_withdrawn",
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Return the address and which link it is."""
        return f"{self.address}, link {self.version}"

    @property
    def name(self) -> str:
        """Return the invited person's first and last name."""
        return f"{self.first_name} {self.last_name}"
