"""One effect for one form, however often the browser sends it.

What was sent is recognized by its *mark*: the form's key, together with who sent it, to which
address, and everything that was typed. The same form sent twice acts once. The same form with
other contents (Back, another name, Invite) is another act; another person's key says nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from reseller_console.lib.tokens import secret
from reseller_console.tenancy.models import Submission

# Fields that differ each time a form is shown.
_OF_NO_ACCOUNT = ("key", "csrfmiddlewaretoken")


def mark_of(request: HttpRequest, *, anybody: bool = False) -> uuid.UUID | None:
    """Return the mark of the form that was sent; None when it came without its key.

    With `anybody` it is the same mark whoever sends it: signing in may be what the form did.
    """
    key = as_key(request.POST.get("key"))
    if request.method != "POST" or key is None:
        return None
    person = "" if anybody else request.user.pk
    typed = [(name, texts) for name, texts in request.POST.lists() if name not in _OF_NO_ACCOUNT]
    files = [(name, _digest(file)) for name, sent in request.FILES.lists() for file in sent]
    # Keyed, as the table must not tell what was typed: it may have been a password.
    digest = secret("submission", key, person, request.path, sorted(typed), sorted(files))
    return uuid.uuid5(key, digest)


def as_key(text: str | None) -> uuid.UUID | None:
    """Return a form's key as it was sent; None for anything else."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def once(mark: uuid.UUID, act: Callable[[], str]) -> str:
    """Run `act` unless what was sent has been carried out; return where it leads.

    `act` returns the path of what it made. Everything happens in one transaction: a second
    submission of the same mark waits for the first and gets the first one's path; when `act`
    raises, the mark stays free for another try.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Django's ORM leaves conflicts aside as well, but does not tell who came first.
            cursor.execute(
                "INSERT INTO tenancy_submission (key, leads_to, submitted_at)"
                " VALUES (%s, '', now()) ON CONFLICT DO NOTHING",
                [mark],
            )
            first = cursor.rowcount == 1
        if not first:
            return Submission.objects.get(pk=mark).leads_to
        leads_to = act()
        Submission.objects.filter(pk=mark).update(leads_to=leads_to)
        return leads_to


def led_to(mark: uuid.UUID | None) -> str:
    """Return where what was sent has led already; blank when it has not."""
    if mark is None:
        return ""
    return Submission.objects.filter(pk=mark).values_list("leads_to", flat=True).first() or ""


def older(before: dt.datetime) -> QuerySet[Submission]:
    """Return the forms that were sent before an instant."""
    return Submission.objects.filter(submitted_at__lt=before)
