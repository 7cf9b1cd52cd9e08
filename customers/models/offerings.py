"""Offering types: which product line a customer may be sold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Offering(TextChoices):
    """A customer has one or both; the other can be added later, never taken away."""

    TEAM = "team", _("Team")
    ENTERPRISE = "enterprise", _("Enterprise")

    @property
    def most_licenses(self) -> int:
        """The largest quantity of one line of a purchase authorization or an order."""
        return 10_000 if self is Offering.TEAM else 200_000
