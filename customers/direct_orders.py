"""What the program keeps out of purchase authorizations, in the words of the vendor."""

from django.utils.translation import gettext_lazy as _

NOT_BY_AUTHORIZATION = _(
    "PA is not available for Acrobat (enterprise), Creative Cloud for enterprise, or Creative Cloud"
    " for education device licenses."
)
ORDER_DIRECTLY = _("Order licenses directly from Adobe.")
