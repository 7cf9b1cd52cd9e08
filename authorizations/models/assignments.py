"""Licenses in people's hands."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authorizations.models.products import Product
from authorizations.models.querysets import AssignmentQuerySet
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key
from reseller_console.lib.text import findable, sort_key
from reseller_console.tenancy.models import Reseller

_SORTED_MOST = 500


class Person(models.Model):
    """One of a customer's people, who can be given licenses; known by the address."""

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="people")
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("email address"), max_length=240)
    # The forms in which they are compared, sorted and searched; `derive_keys` makes them.
    address_key = models.CharField(max_length=500, editable=False)
    name_sort = models.CharField(max_length=_SORTED_MOST, editable=False, db_collation="C")
    search_text = models.TextField(editable=False)

    class Meta:
        ordering = ["name_sort", "id"]
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "address_key"], name="one_person_per_address"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "name_sort", "id"], name="people_by_name"),
            GinIndex("customer", OpClass("search_text", name="gin_trgm_ops"), name="people_search"),
        ]

    def __str__(self) -> str:
        """Return the name, else the address."""
        return self.name or self.address

    DERIVED_FIELDS = ("address_key", "name_sort", "search_text")

    def derive_keys(self) -> None:
        """Compute the stored forms of name and address."""
        self.address_key = address_key(self.address)
        # Folding takes some characters apart into many.
        self.name_sort = sort_key(self.name or self.address)[:_SORTED_MOST]
        self.search_text = findable(f"{self.name} {self.address}")


class Assignment(models.Model):
    """A person holds a license of a product, from `assigned_at` until `ended_at`.

    Whether the license works is derived from the place in the queue
    (`authorizations.licenses.queue`); `stands_at` is that place.
    """

    class Ended(models.TextChoices):
        """Why an assignment ended."""

        TAKEN_BACK = "taken_back", _("Taken back")
        CANCELLED = "cancelled", _("The purchase authorization was cancelled")
        RETURNED = "returned", _("The order was returned")
        LICENSES_GONE = "licenses_gone", _("The licenses ended")

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assignments")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="assignments")
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    stands_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_because = models.CharField(max_length=20, choices=Ended.choices, blank=True)

    objects = models.Manager.from_queryset(AssignmentQuerySet)()

    class Meta:
        ordering = ["stands_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "product"],
                condition=Q(ended_at__isnull=True),
                name="one_assignment_per_person_and_product",
            ),
            models.CheckConstraint(
                name="assignment_ended_with_reason",
                condition=Q(ended_at__isnull=True, ended_because="")
                | Q(ended_at__isnull=False) & ~Q(ended_because=""),
            ),
            models.CheckConstraint(
                name="assignment_instants_ascend",
                condition=Q(stands_at__gte=F("assigned_at"))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("assigned_at"))),
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "product", "stands_at", "id"],
                name="assignments_in_line",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(fields=["customer", "-ended_at"], name="assignments_ended"),
        ]

    def __str__(self) -> str:
        """Return who holds what."""
        return f"{self.product} of {self.person}"
