"""Why an invitation has its status, until when, who can change it; why a verb refuses.

The status is decided in `customers.invitations.status`. English: the contact reads none of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from customers.invitations.status import InvitationStatus
from reseller_console.lib.reasons import Reason
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.wording import long_date

# A customer, or a row of the list with the same facts.
Invited = Any


def reason_of_invitation(state: InvitationStatus, row: Invited, *, zone: ZoneInfo) -> Reason:
    """Return why an invitation is in a state; instants are told on the days of `zone`."""
    facts = {
        "contact": f"{row.contact_first_name} {row.contact_last_name}",
        "invited": long_date(row.invited_on),
    }
    return _REASONS[state](row, facts, zone)


def _on(instant: dt.datetime, zone: ZoneInfo) -> str:
    return long_date(instant.astimezone(zone).date())


def _invited(row: Invited, facts: dict[str, str], _zone: ZoneInfo) -> Reason:
    last = row.invitation_expires_on
    facts |= {"last": long_date(last) if last else "–"}
    because = _("Invited first on %(invited)s; %(contact)s has not accepted the VIP terms yet.")
    return Reason(
        because % facts,
        _("The link works until %(last)s; the next day the invitation is Expired.") % facts,
        _(
            "%(contact)s accepts by the link. An account manager can resend it, or withdraw it"
            " while the customer has no products."
        )
        % facts,
    )


def _accepted(row: Invited, facts: dict[str, str], zone: ZoneInfo) -> Reason:
    facts |= {"on": _on(row.accepted_at, zone)}
    return Reason(
        _("The VIP terms were accepted on %(on)s.") % facts,
        _("It stays accepted."),
        _("It can be neither withdrawn nor, while there is a VIP admin, resent."),
    )


def _expired(row: Invited, facts: dict[str, str], _zone: ZoneInfo) -> Reason:
    facts |= {"last": long_date(row.invitation_expires_on)}
    return Reason(
        _("The link worked until %(last)s, and %(contact)s has not used it.") % facts,
        _("It stays expired until a new link is sent; products can be bought all the same."),
        _("An account manager can resend the invitation."),
    )


def _withdrawn(row: Invited, facts: dict[str, str], zone: ZoneInfo) -> Reason:
    return Reason(
        _("The invitation was withdrawn on %(on)s.") % {"on": _on(row.withdrawn_at, zone)},
        _("The customer is in All Customers only and takes no purchase authorization."),
        _("An account manager reactivates it by resending the invitation."),
    )


_REASONS: dict[InvitationStatus, Callable[[Invited, dict[str, str], ZoneInfo], Reason]] = {
    InvitationStatus.INVITED: _invited,
    InvitationStatus.ACCEPTED: _accepted,
    InvitationStatus.EXPIRED: _expired,
    InvitationStatus.WITHDRAWN: _withdrawn,
}


def why_no_purchase(customer: Any) -> str:
    """Return why a withdrawn customer takes no purchase authorization; blank where one does."""
    if customer.withdrawn_at is None:
        return ""
    return _(
        "The invitation of %(name)s was withdrawn on %(on)s, so no purchase authorization can be"
        " created. Once an account manager resends it, products can be added again."
    ) % {
        "name": customer.name,
        "on": _on(customer.withdrawn_at, ZoneInfo(customer.reseller.time_zone)),
    }


def refusal_to_withdraw(customer: Any, *, holds_nothing: bool) -> ActionRefused | None:
    """Return why an invitation cannot be withdrawn, with code "accepted" or "has_products"."""
    if customer.accepted_at is not None:
        accepted = _(
            "%(name)s accepted the VIP terms on %(on)s; an accepted invitation cannot be withdrawn,"
            " and nobody can change that."
        )
        on = _on(customer.accepted_at, ZoneInfo(customer.reseller.time_zone))
        return ActionRefused(accepted % {"name": customer.name, "on": on}, code="accepted")
    if holds_nothing:
        return None
    said = [
        _("%(name)s has products, so its invitation cannot be withdrawn.") % {"name": customer.name}
    ]
    if customer.no_products_from_on is not None:
        said.append(
            _("Without a further purchase it has none from %(on)s.")
            % {"on": long_date(customer.no_products_from_on)}
        )
    said.append(
        _(
            "An account manager can cancel pending purchase authorizations and return orders while"
            " their return window is open."
        )
    )
    return ActionRefused(" ".join(said), code="has_products")


def refusal_to_resend(customer: Any) -> ActionRefused:
    """Return why the invitation of a customer with a VIP admin is not resent (code "accepted")."""
    sentence = _(
        "%(name)s accepted the VIP terms on %(on)s and has a VIP admin, so there is nothing left to"
        " accept. Its VIP admins invite further ones."
    )
    on = _on(customer.accepted_at, ZoneInfo(customer.reseller.time_zone))
    return ActionRefused(sentence % {"name": customer.name, "on": on}, code="accepted")
