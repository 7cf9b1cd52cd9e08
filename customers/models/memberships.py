"""Who a customer's VIP admins are, and which terms were accepted for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models.customers import Customer
from customers.models.querysets import MembershipQuerySet
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Reseller, VipTerms


class Membership(models.Model):
    """A person is a VIP admin of a customer, from `joined_at` until `removed_at`.

    `user_kind` is a constant: with it the database refuses colleagues and ops
    (`User.kind`). A membership that was ended stays; coming back makes a new one.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    user_kind = models.CharField(
        max_length=10, default=User.Kind.MEMBER, db_default="member", editable=False
    )
    joined_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    # No column: the Django admin annotates whether the customer has another admin.
    has_others: bool

    objects = models.Manager.from_queryset(MembershipQuerySet)()

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "user"],
                condition=Q(removed_at__isnull=True),
                name="one_membership_per_customer_and_person",
            ),
            models.CheckConstraint(
                name="membership_of_members", condition=Q(user_kind=User.Kind.MEMBER)
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "customer"],
                name="memberships_of_person",
                condition=Q(removed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        """Return who is admin of what."""
        return f"{self.user} of {self.customer}"


class TermsAcceptance(models.Model):
    """A person accepted a version of the VIP terms for a customer; written once, never changed."""

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="acceptances")
    terms = models.ForeignKey(VipTerms, models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField(default=timezone.now)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The name as it was then, and the language the terms were read in.
    accepted_name = models.CharField(max_length=100)
    language = models.CharField(max_length=10)

    class Meta:
        ordering = ["-accepted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "terms"], name="one_acceptance_per_version"
            ),
        ]

    def __str__(self) -> str:
        """Return what was accepted for whom."""
        return f"{self.terms} for {self.customer}"
