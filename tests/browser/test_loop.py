"""The whole loop in a real browser: invited, accepted, given to people, requested, told."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from authorizations.actions.create import create_authorization
from authorizations.models import Assignment, Product, PurchaseAuthorization
from customers.models import Customer, Membership
from notifications.sending import sender
from reseller_console.accounts.models import User
from tests.personas import day_of

PASSWORD = "a sunny day on Saaremaa"
PHONE = {"viewport": {"width": 320, "height": 640}}
CALM = {"reduced_motion": "reduce"}


@dataclass
class Loop:
    """Who takes part, and how a page of theirs is opened."""

    open_as: object
    javascript: bool
    options: dict = field(default_factory=dict)

    def page(self, user: User | None, path: str) -> Page:
        return self.open_as(user, path, javascript=self.javascript, **self.options, **CALM)


@pytest.fixture(params=["desk", "phone"])
def loop(request, open_as, javascript):
    return Loop(open_as, javascript, PHONE if request.param == "phone" else {})


@pytest.fixture
def invited(transactional_db, live_server, settings, alice, vip_terms, make_customer):
    """A customer Alice has invited; its emails are read in the mailbox."""
    settings.CONSOLE_ORIGIN = live_server.url
    return make_customer(name="Bay Area Optics", contact_email="vera@optics.example")


def fits(page: Page) -> bool:
    width = page.viewport_size["width"]
    return page.evaluate("document.documentElement.scrollWidth") <= width


def link_in_mailbox(loop: Loop, ops: User, address: str) -> str:
    """Return where the button of the newest email to an address leads, as ops read it."""
    sender.send_waiting()
    page = loop.page(ops, f"/mailbox/?q={address}")
    page.get_by_role("link", name="join the Value Incentive Plan").first.click()
    button = page.frame_locator("iframe").get_by_role("link", name="Join now")
    return button.get_attribute("href") or ""


def test_the_loop_from_the_invitation_to_the_request(
    loop, axe, invited, alice, ops, pinned_today, client
):
    product = _product(invited)
    create_authorization(
        invited, lines=[(product, 2)], po_number="", by=alice, day=day_of(invited, pinned_today)
    )
    details = loop.page(alice, f"{invited.get_absolute_url()}invitation/resend/")
    details.get_by_role("button", name="Resend").click()
    expect(details.locator("main h1")).to_have_text(invited.name)
    link = link_in_mailbox(loop, ops, invited.contact_email)

    page = loop.page(None, link)
    expect(page.get_by_text(invited.vip_id)).to_be_visible()
    assert page.url.endswith("/invitation/"), "the secret has left the address"
    assert fits(page)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_text("Tick the box")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password, once more").fill(PASSWORD)
    page.get_by_label("I have read the VIP terms").check()
    if loop.javascript:
        assert axe(page) == []
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.locator("#messages")).to_contain_text("You are VIP admin of Bay Area Optics")
    assert fits(page)

    _give_a_license(page, loop, product)
    _request_more(page, loop, product)
    _alice_sees_it(loop, alice, invited)


def _product(customer: Customer) -> Product:
    found = Product.objects.filter(
        offering="team", by_authorization=True, minimum_quantity=1, unit="user"
    )
    return found.filter(segments__contains=[customer.segment])[0]


def _give_a_license(page: Page, loop: Loop, product: Product) -> None:
    page.get_by_role("link", name=product.name, exact=True).first.click()
    page.get_by_role("link", name="Give a license").click()
    form = page.locator("#dialog" if loop.javascript else "main")
    form.get_by_label("Name").fill("Ulla Uus")
    form.get_by_label("Email address").fill("ulla@optics.example")
    form.get_by_role("button", name="Give the license").click()
    expect(page.get_by_text("ulla@optics.example").first).to_be_visible()
    assert Assignment.objects.held().get().person.name == "Ulla Uus"


def _request_more(page: Page, loop: Loop, product: Product) -> None:
    page.get_by_role("link", name="Requests").click()
    page.get_by_role("link", name="Request products").first.click()
    form = page.locator("#dialog" if loop.javascript else "main")
    form.get_by_label("Product").select_option(product.name)
    form.get_by_label("Licenses").fill("3")
    form.get_by_role("button", name="Request products").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_text("1 April 2026").first).to_be_visible()


def _alice_sees_it(loop: Loop, alice: User, customer: Customer) -> None:
    request = PurchaseAuthorization.objects.get(requested_by__isnull=False)
    page = loop.page(alice, customer.get_absolute_url())
    expect(page.locator("th", has_text=request.number).first).to_be_visible()
    expect(page.get_by_text("requested by the customer", exact=False).first).to_be_visible()
    page.goto("/customers/")
    expect(page.get_by_text("requested by the customer", exact=False).first).to_be_attached()


def test_a_scanner_that_presses_everything_accepts_nothing(
    open_as, invited, client, live_server, javascript
):
    link = f"/invitations/{_token(invited)}/"
    for _ in range(20):
        client.get(link, follow=True)
        client.head(link)
    page = open_as(None, link, javascript=javascript, **CALM)
    pressed = _press_everything(page, link)
    assert pressed > 2, "there was something to press"
    invited.refresh_from_db()
    assert invited.accepted_at is None
    assert not Membership.objects.exists()
    assert not User.objects.filter(email=invited.contact_email).exists()

    person = open_as(None, link, javascript=javascript, **CALM)
    person.get_by_label("Password", exact=True).fill(PASSWORD)
    person.get_by_label("Password, once more").fill(PASSWORD)
    person.get_by_label("I have read the VIP terms").check()
    person.get_by_role("button", name="Accept the invitation").click()
    expect(person.locator("#messages")).to_contain_text("You are VIP admin")


def _token(customer: Customer) -> str:
    from customers.admins.links import token_for

    return token_for(customer.vip_id, 1)


def _press_everything(page: Page, link: str) -> int:
    """Follow every link of the page and press every button that can be pressed, one by one."""
    pressed = 0
    what = "main a[href], main button, footer button"
    count = page.locator(what).count()
    for number in range(count):
        page.goto(link)
        thing = page.locator(what).nth(number)
        if thing.is_visible() and thing.is_enabled():
            thing.click()
            page.wait_for_load_state()
            pressed += 1
    return pressed
