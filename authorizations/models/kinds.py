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
    RETURNED = "authorization_returned", _("recorded the return of order {order} for {number}")
    ORDER_CORRECTED = "order_corrected", _("corrected order {old} to {new}")
    SUSPENDED = "authorization_suspended", _("{number} was suspended")
    LAPSED = "authorization_lapsed", _("{number} lapsed")
    ROLLED = "anniversary_rolled", _("the anniversary date moved to {date}")
    REMOVED = "licenses_removed", _("licenses not renewed at {date} were removed")


tell_members(
    {
        PurchaseKind.CREATED: _("added products, {number}: {products}"),
        PurchaseKind.REQUESTED: _("requested products, {number}: {products}"),
        PurchaseKind.CANCELLED: _("cancelled {number}; its licenses are gone: {products}"),
        PurchaseKind.ORDERED: _("placed the order for {number}; its licenses are paid"),
        PurchaseKind.RETURNED: _("recorded the return of the order for {number}"),
        PurchaseKind.SUSPENDED: _("the licenses of {number} stopped working; its order is late"),
        PurchaseKind.LAPSED: _("{number} was never ordered; its licenses are gone"),
        PurchaseKind.ROLLED: _("the anniversary date moved to {date}"),
        PurchaseKind.REMOVED: _("the licenses that were not renewed at {date} are gone"),
    }
)
