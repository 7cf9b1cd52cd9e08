"""Reading emails: what the mailbox pages show."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications import rendering
from notifications.delivery import CAME_BACK, Delivery
from notifications.mailbox.listing import KEYS, SLUG, Listing
from notifications.models import Email
from notifications.rendering import Rendered
from notifications.secret_links import SecretLinkGone
from notifications.tracking.reasons import Reason
from reseller_console.lib.lists import Around, PageLink, Paging, page_links

PAGE = 50
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
    """A part of the list, newest first, and the ways to the others."""

    listing: Listing
    rows: list[Row]
    around: Around[Listing]
    links: list[PageLink]


@dataclass(frozen=True)
class Opened:
    """An email as its recipient sees it; `trouble` says why it is not quite that."""

    email: Email
    delivery: Delivery
    rendered: Rendered | None
    sender: str
    trouble: str

    @property
    def why(self) -> str:
        """Return what became of it, in a sentence; of one that came back, why it did."""
        reason = self.email.return_reason
        tells = self.delivery in CAME_BACK or self.delivery is Delivery.SKIPPED
        return Reason(reason).meaning if reason and tells else self.delivery.meaning


def page_of(listing: Listing) -> Page:
    """Return the page of emails that an address asks for."""
    emails, around = Paging(listing, KEYS, SLUG, descending=True).read(listing.emails(), PAGE)
    links = page_links(around, previous=_("Newer"), following=_("Older"))
    return Page(listing, [_row(email) for email in emails], around, links)


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
    except rendering.WordsRemoved as removed:
        trouble = str(removed)
    except Exception as error:
        trouble = _("This email cannot be written: %(reason)s") % {"reason": error}
    return Opened(email, _delivery(email), rendered, settings.DEFAULT_FROM_EMAIL, trouble)


def _row(email: Email) -> Row:
    path = reverse("mailbox_email", args=[email.pk])
    return Row(email, rendering.subject_of(email), _delivery(email), path)


def _delivery(email: Email) -> Delivery:
    return Delivery(email.delivery)
