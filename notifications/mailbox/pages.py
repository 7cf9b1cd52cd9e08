"""Reading emails: what the mailbox pages show."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from notifications import rendering
from notifications.delivery import Delivery, EmailQuerySet
from notifications.models import Email
from notifications.rendering import Rendered
from notifications.secret_links import SecretLinkGone

PAGE = 50
LONGEST_SEARCH = 100
# An id a bigint cannot hold is nobody's.
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    email: Email
    subject: str
    delivery: Delivery
    path: str


@dataclass(frozen=True)
class Page:
    """A part of the list, newest first, and the addresses of its neighbors."""

    q: str
    rows: list[Row]
    newer_path: str
    older_path: str


@dataclass(frozen=True)
class Opened:
    """An email as its recipient sees it; `trouble` says why it is not quite that."""

    email: Email
    delivery: Delivery
    rendered: Rendered | None
    sender: str
    trouble: str


def page_of(*, q: str, after: str, before: str) -> Page:
    """Return the emails that mention `q`, on the page after or before an email's id."""
    q = q.replace("\x00", "").strip()[:LONGEST_SEARCH]
    found = Email.objects.with_delivery().select_related("reseller").defer("text", "html")
    found = found.mentioning(q) if q else found
    upwards = _at(before)
    downwards = None if upwards else _at(after)
    if upwards:
        rows = list(found.newer_than(upwards).order_by("queued_at", "id")[: PAGE + 1])
        more_newer, more_older = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        rows = list(_older(found, downwards)[: PAGE + 1])
        more_newer, more_older = downwards is not None, len(rows) > PAGE
        rows = rows[:PAGE]
    return Page(
        q=q,
        rows=[_row(email) for email in rows],
        newer_path=_path(q, before=rows[0].pk) if rows and more_newer else "",
        older_path=_path(q, after=rows[-1].pk) if rows and more_older else "",
    )


def find(pk: int) -> Email | None:
    """Return the email with its delivery state, None when there is none."""
    if pk > _LARGEST_ID:
        return None
    return Email.objects.with_delivery().select_related("reseller").filter(pk=pk).first()


def opened(email: Email) -> Opened:
    """Return the email with its secret links filled in, as far as it can be written."""
    rendered, trouble = None, ""
    try:
        rendered = rendering.written(email)
        rendered = rendering.with_secret_links(rendered, email)
    except (SecretLinkGone, LookupError):
        rendered = rendered and rendering.without_secret_links(rendered)
        trouble = _("A link in this email no longer works; it is left out here.")
    except Exception as error:
        trouble = _("This email cannot be written: %(reason)s") % {"reason": error}
    return Opened(email, _delivery(email), rendered, settings.DEFAULT_FROM_EMAIL, trouble)


def _older(found: EmailQuerySet, email: Email | None) -> EmailQuerySet:
    return (found.older_than(email) if email else found).newest_first()


def _at(text: str) -> Email | None:
    """Return the email a page begins beyond; None for anything that is not one's id."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    return find(int(text))


def _row(email: Email) -> Row:
    path = reverse("mailbox_email", args=[email.pk])
    return Row(email, rendering.subject_of(email), _delivery(email), path)


def _delivery(email: Email) -> Delivery:
    return Delivery(email.delivery)


def _path(q: str, **place: int) -> str:
    words: dict[str, str | int] = {"q": q} if q else {}
    return f"?{urlencode({**words, **place})}"
