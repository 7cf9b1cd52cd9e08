"""Market segments: what kind of organization buys, and what it may be sold."""

from functools import partial

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


# The codes of every segment, as a new list each time. A migration writes it out as it is.
all_segments: partial[list[str]] = partial(list, Segment.values)
