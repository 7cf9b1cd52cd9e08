"""That a person's data was erased."""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.models.users import User


class Erasure(models.Model):
    """Ops erased a person's name and address; written once, and says nothing of the person.

    The database erases in the audits only beside a row that its own transaction has written.
    """

    # When its transaction began, which is how the database knows it again.
    erased_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("erasure of a person's data")
        verbose_name_plural = _("personal data")
        ordering = ["-id"]

    def __str__(self) -> str:
        """Return which erasure it is."""
        return f"#{self.pk}"

    @property
    def placeholder(self) -> str:
        """Return the address that stands for the person's from now on; nothing is sent there."""
        return f"erased-{self.pk}@erased.invalid"
