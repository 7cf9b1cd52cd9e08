"""What can happen to licenses in people's hands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.activity import declare, tell_members


@declare
class AssignmentKind(TextChoices):
    """Each label is the sentence on the activity list; of many people it names the first."""

    GIVEN = "license_given", _("gave {people} a license of {product}")
    GIVEN_MANY = "licenses_given", _("gave {count} licenses of {product}: {people}")
    TAKEN = "license_taken_back", _("took the license of {product} back from {people}")
    TAKEN_MANY = "licenses_taken_back", _("took {count} licenses of {product} back: {people}")
    LAST = "license_put_last", _("put {people} last in line for {product}")
    LAST_MANY = "licenses_put_last", _("put {count} people last in line for {product}: {people}")
    CANCELLED = "license_cancelled", _("ended the license of {product} of {people} with {number}")
    CANCELLED_MANY = (
        "licenses_cancelled",
        _("ended {count} licenses of {product} with {number}: {people}"),
    )
    RETURNED = (
        "license_returned",
        _("ended the license of {product} of {people} with return {number}"),
    )
    RETURNED_MANY = (
        "licenses_ended_by_return",
        _("ended {count} licenses of {product} with return {number}: {people}"),
    )
    GONE = "license_gone", _("the license of {product} of {people} ended; it is no longer owned")
    GONE_MANY = (
        "licenses_gone",
        _("{count} licenses of {product} ended; they are no longer owned: {people}"),
    )

    @property
    def of_many(self) -> "AssignmentKind":
        """Return the kind that is told of more than one person."""
        return AssignmentKind[f"{self.name}_MANY"]


tell_members({kind: kind.label for kind in AssignmentKind})
