"""Reading emails in a real browser."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, TimeoutError, expect

from customers.emails import post_invitation
from notifications.models import Email
from notifications.sending import sender

MAILBOX = "/mailbox/"


@pytest.fixture
def invitation(transactional_db, live_server, customer, settings) -> Email:
    """An invitation that went out."""
    settings.CONSOLE_ORIGIN = live_server.url
    email = post_invitation(customer, customer.invitations.get())
    sender.send_waiting()
    return email


def test_an_invitation_is_found_read_and_followed(invitation, ops, open_as, javascript, customer):
    page = open_as(ops, MAILBOX, javascript=javascript)
    page.get_by_role("searchbox").fill(customer.contact_email)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="join the Value Incentive Plan").click()

    frame = page.frame_locator("iframe")
    expect(frame.get_by_text(f"invites {customer.name} to join")).to_be_visible()
    opened = _opened_by(page, frame.get_by_role("link", name="Join now"))
    expect(opened.get_by_role("heading", level=1)).to_be_visible()
    assert opened.url == f"{settings.CONSOLE_ORIGIN}/invitation/"


def _opened_by(page: Page, link: Locator) -> Page:
    """Return the tab that a link in a frame opens, pressing it again while none comes.

    A sandboxed frame is a process of its own, and the browser may show it a moment before it
    knows that presses at this place are for that process; such a press goes nowhere.
    """
    for _ in range(5):
        try:
            with page.context.expect_page(timeout=3_000) as opened:
                link.click()
            return opened.value
        except TimeoutError:
            continue
    raise AssertionError(f"{link} opened nothing, pressed five times.")


def test_typing_searches_and_the_address_follows(invitation, ops, open_as):
    page = open_as(ops, MAILBOX)
    page.get_by_role("searchbox").press_sequentially("nobody")
    expect(page.get_by_text("No emails here")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?q=nobody")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone_and_please_axe(invitation, ops, open_as, axe, scheme):
    phone = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    page = open_as(ops, MAILBOX, **phone)
    for path in (MAILBOX, f"{MAILBOX}{invitation.pk}/"):
        page.goto(path)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_email_itself_pleases_axe(invitation, ops, open_as, axe):
    page = open_as(ops, f"{MAILBOX}{invitation.pk}/")
    html = page.request.get(f"{MAILBOX}{invitation.pk}/html/").text()
    page.goto("about:blank")
    page.set_content(html)
    assert axe(page) == []
