"""The doorbell: wake a worker, without ever making anybody wait or fail.

The database knows what is to be done; a wake-up only says "look now". It is handed to a
thread of this process, so that a broker that is down, paused or swallows everything costs
the caller nothing; the regular wake-ups of the clock (`reseller_console.celery`) make up for
lost ones. Nothing else in the console sends a message to the broker.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping

from celery import current_app

from reseller_console.lib.logs import context

SEND_EMAILS = "notifications.tasks.send_emails"
# A wake-up older than this is pointless: the clock has rung since.
EXPIRES_SECONDS = 60

logger = logging.getLogger(__name__)

Wish = tuple[str, tuple[object, ...]]
# The ids of whoever asks, for the worker's log lines.
Ids = dict[str, object]


class Ringer:
    """Sends wake-ups from one thread; equal ones that wait are sent once."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.wishes: dict[Wish, Ids] = {}
        self.changed = threading.Condition()
        self.broker_answers = True
        threading.Thread(target=self.work, name="doorbell", daemon=True).start()

    def ask(self, wish: Wish, ids: Ids) -> None:
        """Note a wake-up and return at once; of equal ones the first asked."""
        with self.changed:
            self.wishes.setdefault(wish, ids)
            self.changed.notify()

    def work(self) -> None:
        """Send wake-ups for as long as the process lives."""
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.wishes)
                wishes, self.wishes = self.wishes, {}
            self.send(wishes)

    def send(self, wishes: Mapping[Wish, Ids]) -> None:
        """Send wake-ups over one connection; trouble is logged when it begins, not each time."""
        try:
            with current_app.connection_for_write(transport_options=_one_try()) as broker:
                for (task, arguments), ids in wishes.items():
                    current_app.send_task(
                        task,
                        args=arguments,
                        connection=broker,
                        headers={context.HEADER: ids},
                        expires=EXPIRES_SECONDS,
                        retry=False,
                        ignore_result=True,
                    )
            self.broker_answers = True
        except Exception as error:
            if self.broker_answers:
                logger.warning("The broker does not answer; work waits for the clock: %s", error)
            self.broker_answers = False


def _one_try() -> dict[str, object]:
    """Return the broker's options, without the retries that belong to workers."""
    return {**current_app.conf.broker_transport_options, "max_retries": 1, "interval_start": 0}


def broker_answers() -> bool:
    """Return whether the broker answers within about a second."""
    try:
        with current_app.connection_for_read(transport_options=_one_try()) as broker:
            broker.default_channel.close()
    except Exception:
        return False
    return True


_ringer: Ringer | None = None
_starting = threading.Lock()


def ring(task: str = SEND_EMAILS, *arguments: object) -> None:
    """Wake a worker for the named task with hashable `arguments`; never waits, never fails.

    Inside a transaction call it with `transaction.on_commit(ring, robust=True)`.
    """
    global _ringer
    ringer = _ringer
    # A forked process has the object but not the thread.
    if ringer is None or ringer.pid != os.getpid():
        with _starting:
            if _ringer is None or _ringer.pid != os.getpid():
                _ringer = Ringer()
            ringer = _ringer
    ringer.ask((task, arguments), context.carried())
