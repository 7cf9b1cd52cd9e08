"""Words for the pages about people."""

from __future__ import annotations

from django import template

from reseller_console.accounts.activity import sentence
from reseller_console.accounts.membership import Membership
from reseller_console.accounts.models import Event, User

register = template.Library()


@register.filter
def membership(colleague: User) -> Membership:
    """Return where a colleague stands, for a badge; from `with_membership`."""
    return Membership(colleague.membership)


@register.filter
def in_words(event: Event) -> str:
    """Return what happened, without the person's name."""
    return sentence(event)
