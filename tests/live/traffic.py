"""People who use the console all the time while something happens to it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from tests.live.people import Fields, Person

Asker = Callable[[], requests.Response]


@dataclass(frozen=True)
class Answer:
    """What became of one request; `status` is 0 when there was no answer."""

    began: float
    seconds: float
    status: int
    what: str

    @property
    def is_good(self) -> bool:
        """Whether a page was shown or led on."""
        return self.status in (200, 302)


@dataclass
class Traffic:
    """The answers so far, and the switch that ends it."""

    answers: list[Answer] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def ask(self, asker: Asker) -> None:
        """Send one request and note its answer."""
        began = time.monotonic()
        try:
            answer = asker()
        except requests.RequestException as error:
            status, what = 0, repr(error)
        else:
            status, what = answer.status_code, f"{answer.request.method} {answer.request.path_url}"
        self.answers.append(Answer(began, time.monotonic() - began, status, what))

    def bad(self) -> list[Answer]:
        """Return the requests that were not answered well."""
        return [answer for answer in self.answers if not answer.is_good]

    def good_since(self, instant: float) -> float | None:
        """Return when the first good answer to what was asked since then came."""
        good = (one for one in list(self.answers) if one.is_good and one.began >= instant)
        return min((one.began + one.seconds for one in good), default=None)


@contextmanager
def traffic(askers: Sequence[Asker], *, pause: float = 0.05) -> Iterator[Traffic]:
    """Let each of them send one request after the other, with a pause between two."""
    flow = Traffic()

    def go_on(asker: Asker) -> None:
        while not flow.over.is_set():
            flow.ask(asker)
            flow.over.wait(pause)

    with ThreadPoolExecutor(len(askers)) as pool:
        futures = [pool.submit(go_on, asker) for asker in askers]
        try:
            yield flow
        finally:
            flow.over.set()
    for future in futures:
        future.result()


class Reader:
    """Opens some addresses in turn."""

    def __init__(self, person: Person, *paths: str) -> None:
        self.person, self.paths, self.turn = person.another_window(), paths, 0

    def __call__(self) -> requests.Response:
        """Open the next one."""
        self.turn += 1
        return self.person.get(self.paths[self.turn % len(self.paths)], allow_redirects=False)


class Writer:
    """Sends one form after the other, and each again until it is known to be carried out.

    `vary` returns what differs in the form of a number.
    """

    def __init__(
        self, person: Person, path: str, fields: Fields, vary: Callable[[int], Fields] | None = None
    ) -> None:
        self.person, self.path, self.fields = person.another_window(), path, fields
        self.vary = vary or (lambda number: {})
        self.key = str(uuid.uuid4())
        self.done: list[str] = []

    def __call__(self) -> requests.Response:
        """Send the form that is due."""
        form = self.fields | self.vary(len(self.done)) | {"key": self.key}
        answer = self.person.post(self.path, form)
        if answer.status_code == 302:
            self.done.append(answer.headers["Location"])
            self.key = str(uuid.uuid4())
        return answer
