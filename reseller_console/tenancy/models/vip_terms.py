"""The VIP terms: versions, and their words in each language."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from reseller_console.tenancy.models.programs import Program


class VipTerms(models.Model):
    """A version of the VIP terms that a customer's admin accepts.

    A draft until `published_at`; from then on its words never change, grow or go, nor does the
    version itself (triggers see to it): what was accepted stays readable. The newest published
    version is in force.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="vip_terms")
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("VIP terms")
        verbose_name_plural = _("VIP terms")
        ordering = ["program", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "version"], name="one_vip_terms_per_version"
            ),
        ]

    def __str__(self) -> str:
        """Return the program and the version."""
        return f"{self.program}, version {self.version}"


class VipTermsText(models.Model):
    """The words of a version in one language; plain text, paragraphs separated by a blank line."""

    terms = models.ForeignKey(VipTerms, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    body = models.TextField(_("text"))

    class Meta:
        ordering = ["terms", "language"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "language"], name="one_text_per_language"),
        ]

    def __str__(self) -> str:
        """Return the version and the language."""
        return f"{self.terms}, {self.language}"
