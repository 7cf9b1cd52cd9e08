"""The console with one of its guards taken away, to prove that the tests of it can fail.

Served in place of `reseller_console.wsgi`; `WITHOUT` in the environment names the guard.
"""

import os
import time
import uuid
from collections.abc import Callable

from reseller_console.wsgi import application

__all__ = ["application"]

# Long enough for requests to meet where the guard would have kept them apart.
WINDOW_SECONDS = 0.3


def without_keys() -> None:
    """Let a form act as often as it is sent."""
    from customers.views import invite
    from reseller_console.tenancy import dialogs, submissions

    once = submissions.once

    def act_always(_key: uuid.UUID, act: object) -> str:
        return once(uuid.uuid4(), act)

    dialogs.once = invite.once = act_always


def without_lock() -> None:
    """Let verbs read rows without locking them, and think before they write."""
    from django.db.models import QuerySet

    from authorizations.actions import assign, correct_order, give_back
    from authorizations.models import PurchaseAuthorization
    from customers.actions import admins
    from customers.models import Invitation
    from reseller_console.accounts.actions import roles

    assign.give = _later(assign.give)
    give_back._insert = _later(give_back._insert)
    correct_order.save_unique = _later(correct_order.save_unique)
    admins.end = _later(admins.end)
    roles.record = _later(roles.record)
    QuerySet.select_for_update = lambda self, **_options: self
    for model in (PurchaseAuthorization, Invitation):
        model.save = _later(model.save)


def _later[**Args, Result](act: Callable[Args, Result]) -> Callable[Args, Result]:
    def act_later(*args: Args.args, **options: Args.kwargs) -> Result:
        time.sleep(WINDOW_SECONDS)
        return act(*args, **options)

    return act_later


{"keys": without_keys, "lock": without_lock}[os.environ["WITHOUT"]]()
