"""VIP admins look after each other and accept new terms, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from customers.actions.admins import AdminDetails, invite_admin
from customers.admins.memberships import admins_of
from customers.admins.vip_terms import terms_to_accept
from customers.models import AdminInvitation, Membership
from tests import personas
from tests.personas import day_of

PIA = AdminDetails("Pia", "Pärn", "pia@customer.example", "et")
LONG = AdminDetails("Wilhelmina-Henriëtte", "Õunapuu-Müller", f"{'w' * 40}@customer.example", "en")


def in_the_dialog(page: Page, javascript: bool):
    """Return where a form appears: the dialog with JavaScript, the page without."""
    return page.get_by_role("dialog") if javascript else page.get_by_role("main")


@pytest.fixture
def path(customer):
    return f"/member/{customer.vip_id}/"


def test_admins_come_and_go(open_as, javascript, customer, vera, viktor, path):
    page = open_as(vera, f"{path}admins/", javascript=javascript)
    page.get_by_role("link", name="Invite an admin").click()
    form = in_the_dialog(page, javascript)
    form.get_by_label("First name").fill("Pia")
    form.get_by_label("Last name").fill("Pärn")
    form.get_by_label("Email address").fill("viktor@customer.example")
    form.get_by_role("button", name="Send the invitation").click()
    expect(form.get_by_text("is a VIP admin of this organization already")).to_be_visible()
    form.get_by_label("Email address").fill("pia@customer.example")
    form.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("#messages")).to_contain_text("The invitation is on its way.")
    expect(page.get_by_role("row", name="Pia Pärn").get_by_text("Queued")).to_be_visible()

    page.get_by_role("link", name="Resend the invitation of Pia Pärn").click()
    in_the_dialog(page, javascript).get_by_role("button", name="Resend invitation").click()
    expect(page.locator("#messages")).to_contain_text("on its way to pia@customer.example")
    page.get_by_role("link", name="Withdraw the invitation of Pia Pärn").click()
    in_the_dialog(page, javascript).get_by_role("button", name="Withdraw").click()
    expect(page.locator("#messages")).to_contain_text("The invitation of Pia Pärn is withdrawn.")
    expect(page.get_by_text("No invitation is open.")).to_be_visible()
    assert not AdminInvitation.objects.in_force().exists()

    personas.make_member(customer, "oskar@customer.example", "Oskar Org")
    page.reload()
    page.get_by_role("link", name="Remove Oskar Org").click()
    dialog = in_the_dialog(page, javascript)
    expect(dialog.get_by_text("can no longer open the pages")).to_be_visible()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator("#messages")).to_contain_text("Oskar Org is no longer a VIP admin.")

    page.get_by_role("link", name="Hand over").click()
    dialog = in_the_dialog(page, javascript)
    dialog.get_by_label("Hand over to").select_option("Viktor Vask, viktor@customer.example")
    dialog.get_by_role("button", name="Hand over and leave").click()
    expect(page.locator("#messages")).to_contain_text("You are no longer a VIP admin")
    expect(page.get_by_role("heading", name="No organization at the moment")).to_be_visible()
    assert [row.user for row in admins_of(customer)] == [viktor]


def test_new_terms_are_read_and_accepted(open_as, javascript, customer, vera, path, program):
    newer = personas.make_vip_terms(program, version=2)
    page = open_as(vera, f"{path}admins/", javascript=javascript)
    page.get_by_role("link", name="Read and accept the terms").click()
    expect(page.get_by_text("These are the terms, version 2.")).to_be_visible()
    page.get_by_role("button", name="Accept the terms").click()
    expect(page.get_by_text("Tick the box once you have read the terms")).to_be_visible()
    page.get_by_label("I have read the VIP terms").check()
    page.get_by_role("button", name="Accept the terms").click()
    expect(page.locator("#messages")).to_contain_text("The VIP terms, version 2, are accepted.")
    assert terms_to_accept(customer) is None
    assert newer.acceptances.get().accepted_by == vera
    page.get_by_role("link", name="Version 1").click()
    expect(page.get_by_text("These are the terms, version 1.")).to_be_visible()


def test_it_works_with_the_keyboard_alone(open_as, vera, viktor, customer, path):
    page = open_as(vera, f"{path}admins/")
    page.get_by_role("link", name="Remove Viktor Vask").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Remove admin")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Remove Viktor Vask")).to_be_focused()
    page.keyboard.press("Enter")
    button = dialog.get_by_role("button", name="Remove")
    expect(button).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Viktor Vask is no longer a VIP admin.")


@pytest.fixture
def everything(customer, vera, viktor, program, pinned_today, path):
    """The addresses of all pages, with long names and new terms to show."""
    viktor.name, viktor.email = "Wilhelmina-Henriëtte Õunapuu-Müller", LONG.address
    viktor.save()
    waiting = invite_admin(customer, details=PIA, by=vera, day=day_of(customer, pinned_today))
    personas.make_vip_terms(program, version=2)
    row = Membership.objects.get(user=viktor)
    admins = f"{path}admins/"
    return [
        admins,
        f"{admins}new/",
        f"{admins}handover/",
        f"{admins}{row.pk}/removal/",
        f"{admins}invitations/{waiting.pk}/resend/",
        f"{admins}invitations/{waiting.pk}/withdrawal/",
        f"{path}terms/",
        f"{path}terms/1/",
    ]


def test_axe_finds_nothing_and_every_page_fits_a_phone(
    open_as, axe_day_and_night, vera, everything
):
    narrow = {"width": 320, "height": 640}
    # A dialog that is still fading in has colors of its own.
    page = open_as(vera, everything[0], viewport=narrow, reduced_motion="reduce")
    for path in everything:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert axe_day_and_night(page) == [], path
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(everything[0])
    assert axe_day_and_night(page) == []
    page.get_by_role("link", name="Invite an admin").click()
    expect(page.get_by_role("dialog").get_by_label("First name")).to_be_visible()
    assert axe_day_and_night(page) == []


def test_managers_see_admins_and_terms_without_axe_findings(open_as, axe, alice, customer, viktor):
    page = open_as(alice, customer.get_absolute_url())
    expect(page.get_by_text("viktor@customer.example")).to_be_visible()
    assert axe(page) == []
