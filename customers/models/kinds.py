"""What can happen to a customer organization."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reseller_console.accounts.activity import declare, tell_members


@declare
class CustomerKind(TextChoices):
    """Each label is the sentence on the activity list, after the person's name."""

    INVITED = "customer_invited", _("invited the customer; VIP ID {vip_id} was issued")
    IMPORTED = "customer_imported", _("imported the customer from a file")
    RESENT = (
        "invitation_resent",
        _("resent the invitation to {email}; the old link no longer works"),
    )
    WITHDRAWN = "invitation_withdrawn", _("withdrew the invitation")
    TERMS_ACCEPTED = "terms_accepted", _("accepted the VIP terms, version {version}")
    ADMIN_JOINED = "admin_joined", _("joined as VIP admin with {email}")
    ADMIN_INVITED = "admin_invited", _("invited {email} as VIP admin")
    ADMIN_RESENT = (
        "admin_link_resent",
        _("resent the VIP admin invitation to {email}; the old link no longer works"),
    )
    ADMIN_WITHDRAWN = "admin_invitation_withdrawn", _("withdrew the invitation of {email}")
    ADMIN_REMOVED = "admin_removed", _("removed {email} from the VIP admins")
    ADMIN_HANDED_OVER = (
        "admin_handed_over",
        _("handed over to {email} and is no longer a VIP admin"),
    )
    ACCOUNT_CLOSED = "member_account_closed", _("closed the account of the VIP admin {email}")
    ACCOUNT_REOPENED = "member_account_reopened", _("reopened the account of {email}")
    ADMIN_RENAMED = "admin_renamed", _("changed their own name from {old} to {new}")
    NO_ADMIN_LEFT = (
        "no_admin_left",
        _("no VIP admin is left; emails go to the contact {email} again"),
    )
    OFFERING_ADDED = "offering_added", _("added {offering} offerings")
    MANAGER_CHANGED = "manager_changed", _("changed Managed by from {old} to {new}")
    CORRECTED = "customer_corrected", _("corrected {fields}: {reason}")
    CAME_BACK = "invitation_came_back", _("the invitation did not reach {email}: {why}")
    ARRIVED = "invitation_arrived", _("the invitation reached {email} after all")
    CORRECTION_ASKED = "correction_asked", _("asked ops to correct the contact; {note}")
    CORRECTION_CLOSED = (
        "correction_closed",
        _("closed the request to correct the contact; {answer}"),
    )
    VIEWED = "customer_viewed", _("looked at {what} as ops")
    ANNIVERSARY_SET = "anniversary_set", _("set the anniversary date to {date}")
    PERSON_ERASED = "person_erased", _("erased a person's name and address on request")
    ANNIVERSARY_CLEARED = "anniversary_cleared", _("cleared the anniversary date {date}")
    ANNIVERSARY_MOVED = "anniversary_moved", _("the anniversary date moved to {date}")
    ANNIVERSARY_BACK = (
        "anniversary_moved_back",
        _("the anniversary date is {date} again, as something is left to renew"),
    )


# What the reseller and ops do among themselves is left out.
_IN_THE_SAME_WORDS = (
    CustomerKind.RESENT,
    CustomerKind.TERMS_ACCEPTED,
    CustomerKind.ADMIN_JOINED,
    CustomerKind.ADMIN_INVITED,
    CustomerKind.ADMIN_RESENT,
    CustomerKind.ADMIN_WITHDRAWN,
    CustomerKind.ADMIN_REMOVED,
    CustomerKind.ADMIN_HANDED_OVER,
    CustomerKind.ACCOUNT_CLOSED,
    CustomerKind.ACCOUNT_REOPENED,
    CustomerKind.ADMIN_RENAMED,
    CustomerKind.OFFERING_ADDED,
    CustomerKind.ANNIVERSARY_SET,
    CustomerKind.ANNIVERSARY_CLEARED,
    CustomerKind.ANNIVERSARY_MOVED,
    CustomerKind.ANNIVERSARY_BACK,
)
tell_members(
    {kind: kind.label for kind in _IN_THE_SAME_WORDS}
    | {CustomerKind.INVITED: _("invited your organization; VIP ID {vip_id} was issued")}
)
