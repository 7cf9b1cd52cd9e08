"""What can happen to a customer's purchases."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.activity import declare, tell_members


@declare
class PurchaseKind(TextChoices):
    """Each label is the sentence on the activity list, after the person's name."""

    CREATED = "authorization_created", _("created {number}: {products}")
    REQUESTED = "authorization_requested", _("requested {number}: {products}")
    CANCELLED = "authorization_cancelled", _("cancelled {number}; lost: {products}")
    ORDERED = "authorization_ordered", _("recorded order {order} for {number}")
    BOUGHT = "licenses_ordered", _("recorded order {order}: {products}")
    RENEWED = "licenses_renewed", _("recorded renewal order {order}: {products}")
    DROPPED = (
        "renewal_completed",
        _("completed the renewal with order {order}; not renewed: {products}"),
    )
    GIVEN_BACK = (
        "licenses_returned",
        _("recorded return {number} of order {order}: {products}"),
    )
    RETURNED = "authorization_returned", _("recorded the return of order {order} for {number}")
    ORDER_CORRECTED = "order_corrected", _("corrected order {old} to {new}")
    SUSPENDED = "authorization_suspended", _("{number} was suspended")
    REDATED = (
        "authorization_redated",
        _("moved the due date of {number} from {old_due_on} to {new_due_on}: {reason}"),
    )
    # Its later dates moved, the due date did not.
    REDATED_OTHERWISE = (
        "authorization_redated_otherwise",
        _("moved dates of {number} after its due date, {new_due_on}: {reason}"),
    )
    LAPSED = "authorization_lapsed", _("{number} lapsed")
    NOTIFIED = "renewal_notified", _("notified {to} of the renewal at {date}")
    REMOVED = "licenses_removed", _("licenses not renewed at {date} were removed")


tell_members(
    {
        PurchaseKind.CREATED: _("added products, {number}: {products}"),
        PurchaseKind.REQUESTED: _("requested products, {number}: {products}"),
        PurchaseKind.CANCELLED: _("cancelled {number}; its licenses are gone: {products}"),
        PurchaseKind.ORDERED: _("placed the order for {number}; its licenses are paid"),
        PurchaseKind.BOUGHT: _("placed an order; its licenses are paid: {products}"),
        PurchaseKind.RENEWED: _("placed a renewal order: {products}"),
        PurchaseKind.DROPPED: _(
            "completed the renewal; these licenses are not renewed: {products}"
        ),
        PurchaseKind.GIVEN_BACK: _("returned licenses; they are gone: {products}"),
        PurchaseKind.RETURNED: _("recorded the return of the order for {number}"),
        PurchaseKind.SUSPENDED: _("the licenses of {number} stopped working; its order is late"),
        PurchaseKind.REDATED: _(
            "changed the date by which {number} must be ordered, from {old_due_on} to {new_due_on}"
        ),
        PurchaseKind.REDATED_OTHERWISE: _(
            "changed until when {number} works without its order; it is due on {new_due_on} as"
            " before"
        ),
        PurchaseKind.LAPSED: _("{number} was never ordered; its licenses are gone"),
        PurchaseKind.NOTIFIED: _("sent a notice of the renewal at {date}"),
        PurchaseKind.REMOVED: _("the licenses that were not renewed at {date} are gone"),
    }
)
