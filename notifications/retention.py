"""Which emails have been kept long enough, and what is left of one whose words have gone."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notifications.delivery import UNDECIDED
from notifications.models import Email

# What an email says, and what it was written from. Who got it, when, and what became of it stays.
NO_WORDS = {"subject": "", "text": "", "html": "", "context": {}}


@transaction.atomic
def remove_words(before: dt.datetime, most: int) -> int:
    """Take the words out of so many decided emails from before an instant; return how many."""
    with_words = Email.objects.filter(queued_at__lt=before, words_removed_at__isnull=True)
    oldest = with_words.exclude(UNDECIDED).order_by("queued_at")
    free = oldest.select_for_update(skip_locked=True)
    keys = list(free.values_list("pk", flat=True)[:most])
    return Email.objects.filter(pk__in=keys).update(words_removed_at=timezone.now(), **NO_WORDS)


def older(before: dt.datetime) -> QuerySet[Email]:
    """Return the decided emails from before an instant; one that waits is still owed."""
    return Email.objects.filter(queued_at__lt=before).exclude(UNDECIDED).order_by("queued_at")
