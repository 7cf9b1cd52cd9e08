"""Forms that were sent."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """A form that was sent once already, and where that led.

    The browser sends the form's key with it; the database lets one of several identical
    submissions act and tells the others where the first one went.
    """

    key = models.UUIDField(primary_key=True)
    leads_to = models.CharField(max_length=500)
    submitted_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return the key."""
        return str(self.key)
