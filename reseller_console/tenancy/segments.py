"""Market segments: what kind of organization buys, and what it may be sold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Segment(TextChoices):
    """A customer has exactly one; stored as the trade's codes, shown as words."""

    COMMERCIAL = "COM", _("Commercial")
    EDUCATION = "EDU", _("Education")
    GOVERNMENT = "GOV", _("Government")

    @property
    def longest_first_term_months(self) -> int:
        """The longest first term a custom anniversary date may give, in months."""
        return 36 if self is Segment.COMMERCIAL else 48


def all_segments() -> list[str]:
    """Return the codes of every market segment."""
    return list(Segment.values)
