"""What can happen to a customer's purchases."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.activity import declare


@declare
class PurchaseKind(TextChoices):
    """Each label is the sentence on the activity list, after the person's name."""

    CREATED = "authorization_created", _("created {number}: {products}")
    CANCELLED = "authorization_cancelled", _("cancelled {number}; lost: {products}")
    ORDERED = "authorization_ordered", _("recorded order {order} for {number}")
    RETURNED = "authorization_returned", _("recorded the return of order {order} for {number}")
    ORDER_CORRECTED = "order_corrected", _("corrected order {old} to {new}")
    SUSPENDED = "authorization_suspended", _("{number} was suspended")
    LAPSED = "authorization_lapsed", _("{number} lapsed")
    ROLLED = "anniversary_rolled", _("the anniversary date moved to {date}")
    REMOVED = "licences_removed", _("licences not renewed at {date} were removed")
