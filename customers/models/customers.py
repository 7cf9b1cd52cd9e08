"""Customer organizations."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.invitations.status import CAME_BACK
from customers.models.offerings import Offering
from customers.models.querysets import CustomerQuerySet
from reseller_console.accounts.models import User
from reseller_console.lib.addresses import address_key
from reseller_console.lib.text import comparison_key, findable, sort_key
from reseller_console.tenancy.models import Reseller, Segment


class Customer(models.Model):
    """A customer organization of one reseller.

    What was typed at invitation, the facts that happened since, and the rollup facts the
    left rail filters by. No status is stored: `customers.standing` and `customers.anniversary`
    derive them from these facts and today.
    """

    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="customers")
    vip_id = models.CharField(_("VIP ID"), max_length=20, unique=True)

    name = models.CharField(_("organization name"), max_length=250)
    segment = models.CharField(_("market segment"), max_length=3, choices=Segment.choices)
    offerings = ArrayField(models.CharField(max_length=10, choices=Offering.choices))
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(_("region"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=40, blank=True)
    address_1 = models.CharField(_("address line 1"), max_length=60, blank=True)
    address_2 = models.CharField(_("address line 2"), max_length=60, blank=True)
    postal_code = models.CharField(_("ZIP or postal code"), max_length=40, blank=True)
    contact_first_name = models.CharField(_("first name"), max_length=35)
    contact_last_name = models.CharField(_("last name"), max_length=35)
    contact_email = models.CharField(_("email address"), max_length=240)
    language = models.CharField(_("preferred language"), max_length=10, default="en")

    # The forms in which the above is compared, sorted and searched; save() keeps them.
    name_key = models.CharField(max_length=500, editable=False)
    email_key = models.CharField(max_length=500, editable=False)
    name_sort = models.CharField(max_length=500, editable=False, db_collation="C")
    search_identity = models.TextField(editable=False)
    # Numbers of purchase authorizations, purchase orders and orders, made searchable.
    search_papers = models.TextField(blank=True, default="", editable=False)
    search_text = models.GeneratedField(
        expression=Concat(
            "search_identity", Value(" "), "search_papers", output_field=models.TextField()
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    managed_by = models.ForeignKey(
        User, models.PROTECT, related_name="managed_customers", verbose_name=_("managed by")
    )
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    invited_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # The last day the link in force works.
    invitation_expires_on = models.DateField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Since when the newest invitation email is known not to reach the contact.
    invitation_bounced_at = models.DateTimeField(null=True, blank=True, editable=False)

    # The first anniversary date, and its original day of the month; later ones follow.
    custom_anniversary_on = models.DateField(null=True, blank=True)
    first_anniversary_on = models.DateField(null=True, blank=True)
    anniversary_day = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    # The date as last written down, for sorting and the activity (`customers.anniversary`).
    anniversary_on = models.DateField(null=True, blank=True)

    # Rollup facts, written by `authorizations.rules.rollup` alone (`customers.standing`).
    renewed_anniversary_on = models.DateField(null=True, blank=True, editable=False)
    renewed_from_on = models.DateField(null=True, blank=True, editable=False)
    products_from_on = models.DateField(null=True, blank=True, editable=False)
    no_products_from_on = models.DateField(null=True, blank=True, editable=False)
    pending_until_on = models.DateField(null=True, blank=True, editable=False)
    past_due_from_on = models.DateField(null=True, blank=True, editable=False)
    past_due_until_on = models.DateField(null=True, blank=True, editable=False)
    past_due_again_from_on = models.DateField(null=True, blank=True, editable=False)
    past_due_again_until_on = models.DateField(null=True, blank=True, editable=False)
    renewal_on = models.DateField(null=True, blank=True, editable=False)
    renewal_licenses = models.PositiveIntegerField(null=True, blank=True, editable=False)
    next_renewal_on = models.DateField(null=True, blank=True, editable=False)
    next_renewal_licenses = models.PositiveIntegerField(null=True, blank=True, editable=False)
    requested_until_on = models.DateField(null=True, blank=True, editable=False)
    # Since when these and the above have been so; a trigger's (`customers.models.earlier`).
    facts_since_on = models.DateField(null=True, blank=True, editable=False)

    # No columns. `shown_on` and `shown_today` annotate the first two; the doors and the lists
    # that need the others annotate them.
    anniversary: dt.date | None
    invitation_state: str
    holds_nothing: bool
    is_ready: bool
    is_upcoming: bool
    awaits_order: bool
    is_late: bool
    return_reason: str | None
    asked_at: dt.datetime | None

    objects = models.Manager.from_queryset(CustomerQuerySet)()

    class Meta:
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reseller", "name_key", "email_key"],
                name="one_customer_per_name_and_contact",
            ),
            models.CheckConstraint(
                name="customer_offerings_known",
                condition=Q(offerings__contained_by=Offering.values, offerings__len__gt=0),
            ),
            models.CheckConstraint(
                name="customer_vip_id_shape", condition=Q(vip_id__regex=r"^[0-9A-F]{20}$")
            ),
            models.CheckConstraint(
                name="customer_anniversary_whole",
                condition=Q(
                    anniversary_on__isnull=True,
                    anniversary_day__isnull=True,
                    first_anniversary_on__isnull=True,
                    custom_anniversary_on__isnull=True,
                )
                | Q(
                    anniversary_on__isnull=False,
                    anniversary_day__range=(1, 31),
                    first_anniversary_on__lte=F("anniversary_on"),
                ),
            ),
            models.CheckConstraint(
                name="customer_renewed_span",
                condition=Q(renewed_anniversary_on__isnull=True, renewed_from_on__isnull=True)
                | Q(renewed_anniversary_on__lte=F("renewed_from_on")),
            ),
            models.CheckConstraint(
                name="customer_past_due_span",
                condition=Q(past_due_from_on__isnull=True, past_due_until_on__isnull=True)
                | Q(past_due_from_on__lte=F("past_due_until_on")),
            ),
            models.CheckConstraint(
                name="customer_past_due_again_span",
                condition=Q(
                    past_due_again_from_on__isnull=True, past_due_again_until_on__isnull=True
                )
                | Q(
                    past_due_again_from_on__gt=F("past_due_until_on"),
                    past_due_again_from_on__lte=F("past_due_again_until_on"),
                ),
            ),
            models.CheckConstraint(
                name="customer_accepted_or_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["reseller", "name_sort", "id"], name="customers_by_name"),
            models.Index(
                fields=["reseller", "managed_by", "name_sort", "id"], name="customers_mine_by_name"
            ),
            # Those without a date come last in both directions (`customers.customer_list.sorting`).
            models.Index(
                "reseller",
                Coalesce("anniversary_on", Value(dt.date.max)),
                "name_sort",
                "id",
                name="customers_by_anniversary",
            ),
            models.Index(
                "reseller",
                Coalesce("anniversary_on", Value(dt.date.min)),
                "name_sort",
                "id",
                name="customers_by_anniversary_down",
            ),
            models.Index(
                fields=["reseller", "segment", "name_sort", "id"], name="customers_by_segment"
            ),
            models.Index(fields=["reseller", "name_key"], name="customers_same_name"),
            models.Index(
                fields=["reseller", "managed_by"], name="customers_came_back", condition=CAME_BACK
            ),
            models.Index(
                fields=["reseller", "no_products_from_on"],
                name="customers_no_products",
                condition=Q(no_products_from_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "pending_until_on"],
                name="customers_pending",
                condition=Q(pending_until_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "past_due_from_on"],
                name="customers_past_due",
                condition=Q(past_due_from_on__isnull=False),
            ),
            # The renewals in the order in which their windows close.
            models.Index(
                fields=["reseller", "renewal_on", "id"],
                name="customers_renewal",
                condition=Q(renewal_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "managed_by", "renewal_on", "id"],
                name="customers_renewal_mine",
                condition=Q(renewal_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "next_renewal_on"],
                name="customers_next_renewal",
                condition=Q(next_renewal_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "products_from_on"],
                name="customers_products_later",
                condition=Q(products_from_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "past_due_again_from_on"],
                name="customers_past_due_again",
                condition=Q(past_due_again_from_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "anniversary_on"],
                name="customers_moving",
                condition=Q(anniversary_on__isnull=False),
            ),
            models.Index(
                fields=["reseller", "renewed_from_on"],
                name="customers_moving_early",
                condition=Q(renewed_from_on__isnull=False),
            ),
            GinIndex(
                "reseller",
                OpClass("search_text", name="gin_trgm_ops"),
                name="customers_search",
            ),
        ]

    def __str__(self) -> str:
        """Return the organization's name."""
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Save, with the forms for comparing, sorting and searching kept in step."""
        self.derive_keys()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, *self.DERIVED_FIELDS}
        super().save(**kwargs)

    DERIVED_FIELDS = ("name_key", "email_key", "name_sort", "search_identity")

    def derive_keys(self) -> None:
        """Compute the stored forms of names and addresses; bulk writers call this themselves."""
        self.name_key = comparison_key(self.name)
        self.email_key = address_key(self.contact_email)
        self.name_sort = sort_key(self.name)
        facts = [self.name, self.contact_name, self.contact_email, self.vip_id]
        if not self.contact_email.isascii():
            # Whoever else knows the address may know the domain in its ASCII form.
            facts.append(self.email_key)
        self.search_identity = findable(" ".join(facts))

    @property
    def contact_name(self) -> str:
        """Return the contact's first and last name."""
        return f"{self.contact_first_name} {self.contact_last_name}"

    def get_absolute_url(self) -> str:
        """Return the path of the details page."""
        return f"/customers/{self.vip_id}/"

    def get_member_url(self) -> str:
        """Return the path of the organization's page for its own VIP admins."""
        return f"/member/{self.vip_id}/"

    def offering_labels(self) -> list[str]:
        """Return the offering types in words, in catalog order."""
        return [str(offering.label) for offering in Offering if offering in self.offerings]

    def today(self) -> dt.date:
        """Return today's date on the reseller's calendar."""
        return self.reseller.today()
