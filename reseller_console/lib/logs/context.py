"""Whose work a line belongs to: ids of the request, the person, the reseller, the task.

They are bound to the thread of control (`contextvars`), go with a wake-up into the worker, and
stand in every line between. Ids alone: names and addresses are nobody's business in a log.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from structlog import contextvars

# Where the ids are in the headers of a task.
HEADER = "console"
# Where they are in the environment of a request that has been answered.
IDS = "console.ids"
_CARRIED = ("request_id", "user_id", "reseller_id")
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def begin_request(given: str | None = None) -> str:
    """Forget the last request of this thread; return the id of the one that begins.

    That is the id a trusted proxy gave, if it looks like one.
    """
    contextvars.clear_contextvars()
    request_id = given if given and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    contextvars.bind_contextvars(request_id=request_id)
    return request_id


def begin_task(name: str, task_id: str, carried: Mapping[str, object] | None) -> None:
    """Forget the last task of this thread; bind this one and what came with it."""
    contextvars.clear_contextvars()
    known = {key: value for key, value in (carried or {}).items() if key in _CARRIED}
    contextvars.bind_contextvars(task=name, task_id=task_id, **known)


def bind(**ids: object) -> None:
    """Add ids to the lines that follow; those that are None stay out."""
    contextvars.bind_contextvars(**{key: value for key, value in ids.items() if value is not None})


def end(**_signal: object) -> None:
    """Forget everything: what follows in this thread belongs to somebody else."""
    contextvars.clear_contextvars()


def request_id() -> str:
    """Return the id of the request that is being answered; blank outside of one."""
    return str(contextvars.get_contextvars().get("request_id", ""))


def carried() -> dict[str, object]:
    """Return the ids that go with a wake-up."""
    bound = contextvars.get_contextvars()
    return {key: bound[key] for key in _CARRIED if key in bound}
