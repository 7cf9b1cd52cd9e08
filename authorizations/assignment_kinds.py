"""What can happen to licences in people's hands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.activity import declare, tell_members


@declare
class AssignmentKind(TextChoices):
    """Each label is the sentence on the activity list; of many people it names the first."""

    GIVEN = "licence_given", _("gave {people} a licence of {product}")
    GIVEN_MANY = "licences_given", _("gave {count} licences of {product}: {people}")
    TAKEN = "licence_taken_back", _("took the licence of {product} back from {people}")
    TAKEN_MANY = "licences_taken_back", _("took {count} licences of {product} back: {people}")
    LAST = "licence_put_last", _("put {people} last in line for {product}")
    LAST_MANY = "licences_put_last", _("put {count} people last in line for {product}: {people}")
    CANCELLED = "licence_cancelled", _("ended the licence of {product} of {people} with {number}")
    CANCELLED_MANY = (
        "licences_cancelled",
        _("ended {count} licences of {product} with {number}: {people}"),
    )
    GONE = "licence_gone", _("the licence of {product} of {people} ended; it is not owned any more")
    GONE_MANY = (
        "licences_gone",
        _("{count} licences of {product} ended; they are not owned any more: {people}"),
    )

    @property
    def of_many(self) -> "AssignmentKind":
        """Return the kind that is told of more than one person."""
        return AssignmentKind[f"{self.name}_MANY"]


tell_members({kind: kind.label for kind in AssignmentKind})
