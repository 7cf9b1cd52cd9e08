"""A real Chromium on a live server, with and without JavaScript, its console kept silent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

# Playwright's synchronous calls run in an event loop, in which Django refuses its own.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder; skip it where there is no browser, except in CI."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")
            if CHROMIUM is None and os.environ.get("CI") != "true":
                item.add_marker(pytest.mark.skip(reason="No Chromium was found on this machine."))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Launch the system's Chromium."""
    assert CHROMIUM, "No Chromium was found; CI must have one."
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    return {"executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Iterator[Browser]:
    """Close what tests have opened while the browser's event loop ran.

    Beside a running loop Django keeps connections of their own, out of reach once it stands
    still; an open one would keep the test database from being dropped.
    """
    yield browser
    connections.close_all()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Whether scripts run; a test that asks for this runs twice."""
    return request.param == "with JavaScript"


@pytest.fixture
def open_as(live_server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a path as somebody, in a browser of their own.

    What the pages write to the browser's console (a policy broken, a script failed) and
    answers of 500 are collected and have to be nothing at the end.
    """
    contexts, complaints = [], []

    def open_page(user: object, path: str, *, javascript: bool = True, **options: object) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, base_url=live_server.url, **options
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            value = client.cookies[name].value
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda line: complaints.append(line.text) if _is_bad(line) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda a: complaints.append(a.url) if a.status >= 500 else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


# Answers such as 404 and 422 are logged by browser and htmx; the pages show them themselves.
_ANSWERS = ("Failed to load resource", "Response Status Error Code 4")


def _is_bad(line: ConsoleMessage) -> bool:
    return line.type in ("error", "warning") and not line.text.startswith(_ANSWERS)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return a function that gives what axe finds wrong on a page."""

    def find(page: Page) -> list[str]:
        return _told(Axe().run(page).response)

    return find


@pytest.fixture(scope="session")
def axe_day_and_night(axe: Callable[[Page], list[str]]) -> Callable[[Page], list[str]]:
    """Return a function that gives what axe finds wrong on a page in light, then in dark.

    In the dark only colors are others, so that only what looks at colors looks again.
    """

    def find(page: Page) -> list[str]:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        by_day = axe(page)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        by_night = _told(page.evaluate("options => axe.run(options)", _COLOURS))
        return by_day + by_night

    return find


_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}


def _told(answer: dict) -> list[str]:
    found = answer["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]
