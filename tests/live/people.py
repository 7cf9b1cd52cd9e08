"""Somebody with a browser: signs in, fills in forms, presses a button fifty times."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import urlsplit

import requests

Fields = dict[str, str | list[str]]


class Forms(HTMLParser):
    """The forms of a page with what they would send, buttons aside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "select":
            self.select = at.get("name", "")
        elif tag == "option" and self.select and "selected" in at:
            self.forms[-1].setdefault(self.select, []).append(at.get("value", ""))
        elif tag in ("input", "textarea") and "name" in at:
            ticked = at.get("type") not in ("checkbox", "radio") or "checked" in at
            if ticked and at.get("type") != "submit":
                self.forms[-1].setdefault(at["name"], []).append(at.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""

    def with_field(self, name: str) -> Fields:
        """Return what the one form that has this field would send."""
        for form in self.forms:
            if name in form:
                return dict(form)
        raise LookupError(f"No form on this page has a field {name}.")


class Person:
    """A browser in which somebody may be signed in."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.browser = requests.Session()

    def sign_in(self, email: str, password: str) -> Person:
        """Sign in with the real form."""
        answer = self._send_sign_in(email, password)
        for _ in range(2):
            if answer.status_code != 503:
                break
            # On a busy machine the console asks to try again, and a person would.
            time.sleep(float(answer.headers.get("Retry-After", 1)))
            answer = self._send_sign_in(email, password)
        told = f"{email} could not sign in: {answer.status_code}\n{answer.text}"
        assert "sessionid" in self.browser.cookies, told
        return self

    def _send_sign_in(self, email: str, password: str) -> requests.Response:
        fields = self.form("/accounts/login/", having="password")
        return self.post("/accounts/login/", fields | {"login": email, "password": password})

    def another_window(self) -> Person:
        """Return the same browser with a connection of its own, for another thread."""
        other = Person(self.origin)
        other.browser.cookies.update(self.browser.cookies.get_dict())
        return other

    def get(self, path: str, **options: object) -> requests.Response:
        """Open an address."""
        return self.browser.get(self.origin + path, timeout=30, **options)

    def form(self, path: str, *, having: str = "key") -> Fields:
        """Open an address and return what its form would send."""
        page = self.get(path)
        assert page.status_code == 200, f"{path} answers {page.status_code}"
        return Forms(page.text).with_field(having)

    def post(self, path: str, fields: Fields, **options: object) -> requests.Response:
        """Send a form; where it leads is not opened."""
        return self.browser.post(
            self.origin + path,
            data=fields,
            allow_redirects=False,
            timeout=60,
            **options,
        )

    def send_together(self, submissions: Sequence[tuple[str, Fields]]) -> list[requests.Response]:
        """Send many forms at the same moment, each over a connection of its own."""
        return send_at_once([(self, path, fields) for path, fields in submissions])


def send_at_once(submissions: Sequence[tuple[Person, str, Fields]]) -> list[requests.Response]:
    """Let several people send forms at the same moment, each over a connection of its own."""
    ready = threading.Barrier(len(submissions))

    def send(submission: tuple[Person, str, Fields]) -> requests.Response:
        person, path, fields = submission
        with requests.Session() as browser:
            browser.cookies.update(person.browser.cookies.get_dict())
            ready.wait(30)
            return browser.post(
                person.origin + path, data=fields, allow_redirects=False, timeout=60
            )

    with ThreadPoolExecutor(len(submissions)) as pool:
        return list(pool.map(send, submissions))


def statuses(answers: Sequence[requests.Response]) -> set[int]:
    """Return the different statuses of some answers."""
    return {answer.status_code for answer in answers}


def places(answers: Sequence[requests.Response]) -> set[str]:
    """Return the different places some answers lead to."""
    return {_path(answer.headers["Location"]) for answer in answers if answer.is_redirect}


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
