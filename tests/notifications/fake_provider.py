"""Mail providers for tests: they note what they got, and answer as they are told."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import ClassVar

from django.core.mail.backends.base import BaseEmailBackend


class FakeProvider(BaseEmailBackend):
    """Takes an email, unless `answer` says otherwise; it takes no keys."""

    taken: ClassVar[list] = []
    answer: ClassVar[Callable | None] = None
    seconds: ClassVar[float] = 0.0
    lock: ClassVar = threading.Lock()

    @classmethod
    def reset(cls) -> None:
        FakeProvider.taken = []
        FakeProvider.answer = None
        FakeProvider.seconds = 0.0

    def send_messages(self, email_messages):
        time.sleep(FakeProvider.seconds)
        for message in email_messages:
            if FakeProvider.answer is not None:
                FakeProvider.answer(message)
            self.take(message)
        return len(email_messages)

    def take(self, message) -> None:
        with self.lock:
            FakeProvider.taken.append(message)


class RememberingProvider(FakeProvider):
    """Delivers each key once."""

    remembers_keys_for = dt.timedelta(hours=23)

    def take(self, message) -> None:
        with self.lock:
            if message.idempotency_key not in [m.idempotency_key for m in FakeProvider.taken]:
                FakeProvider.taken.append(message)
