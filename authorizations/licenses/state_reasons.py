"""Why the license of a person works, waits or is lost, until when, and who can change that.

The rule is the queue's (`authorizations.licenses.queue`): the first ones work, then come those
whose license is suspended, and whoever stands beyond what is owned has lost it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.licenses.queue import Queue, State
from reseller_console.lib.reasons import Reason


def reason_of_license(state: State, queue: Queue, *, seller: str) -> Reason:
    """Return why a license that is held in a queue is in a state."""
    usable = ngettext(
        "%(count)s license of this product can be used",
        "%(count)s licenses of this product can be used",
        queue.usable,
    ) % {"count": f"{queue.usable:,}"}
    return _REASONS[state](usable, {"reseller": seller})


def _works(usable: str, facts: dict[str, str]) -> Reason:
    return Reason(
        _("%(usable)s, and this person was among the first to get one.") % {"usable": usable},
        _("It works while there are enough of them."),
        _("A VIP admin can take it back; %(reseller)s orders, renews and returns licenses.")
        % facts,
    )


def _waits(usable: str, facts: dict[str, str]) -> Reason:
    return Reason(
        _("%(usable)s, fewer than people have: others are suspended, and who got one last waits.")
        % {"usable": usable},
        _("It works again once the suspended order is recorded."),
        _("%(reseller)s records the order; a VIP admin can choose who waits.") % facts,
    )


def _lost(usable: str, facts: dict[str, str]) -> Reason:
    return Reason(
        _("%(usable)s, and more were assigned than are owned: who got one last has lost it.")
        % {"usable": usable},
        _("It does not come back by itself."),
        _("A VIP admin can give it again once %(reseller)s has ordered more.") % facts,
    )


_REASONS = {State.WORKS: _works, State.WAITS: _waits, State.LOST: _lost}
