"""Joining, signing in and running the team, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from notifications.models import Email
from notifications.secret_links import address
from reseller_console.accounts.models import User
from tests import personas
from tests.personas import PASSWORD

NEW_PASSWORD = "a quite different long secret"


def in_the_dialog(page: Page, javascript: bool):
    """Return where a form appears: the dialog with JavaScript, the page without."""
    return page.get_by_role("dialog") if javascript else page.get_by_role("main")


def test_a_day_of_an_admin(open_as, axe, javascript, ada, alice, bob, make_customer):
    make_customer()
    page = open_as(ada, "/team/", javascript=javascript)
    page.get_by_role("link", name="Invite colleagues").click()
    form = in_the_dialog(page, javascript)
    form.get_by_label("Email addresses").fill("nonsense")
    form.get_by_role("button", name="Invite").click()
    expect(form.get_by_text("“nonsense” is not an email address.")).to_be_visible()
    form.get_by_label("Email addresses").fill("pia@north.example\npaul@north.example")
    form.get_by_label("Role").select_option("Viewer")
    form.get_by_role("button", name="Invite").click()
    expect(page.locator("#messages")).to_contain_text("Everyone you entered gets an email")
    pia = page.get_by_role("row", name="pia@north.example").first
    expect(pia.get_by_text("Pending")).to_be_visible()

    page.get_by_role("link", name="Change role of Bob Brown").click()
    form = in_the_dialog(page, javascript)
    form.get_by_label("Role").select_option("Account manager")
    form.get_by_role("button", name="Change role").click()
    expect(page.locator("#messages")).to_contain_text("The role of Bob Brown is changed.")

    page.get_by_role("link", name="Deactivate Alice Adams").click()
    form = in_the_dialog(page, javascript)
    expect(form.get_by_text("Alice Adams manages one customer.")).to_be_visible()
    form.get_by_label("New manager").select_option("Bob Brown")
    form.get_by_role("button", name="Deactivate").click()
    expect(page.locator("#messages")).to_contain_text("Alice Adams is deactivated.")
    bob.refresh_from_db()
    assert bob.managed_customers.count() == 1

    page.get_by_role("link", name="Reactivate Alice Adams").click()
    in_the_dialog(page, javascript).get_by_role("button", name="Reactivate").click()
    expect(page.locator("#messages")).to_contain_text("Alice Adams is active again.")

    page.get_by_role("link", name="Hand over primary admin").click()
    form = in_the_dialog(page, javascript)
    form.get_by_label("New primary admin").select_option("Alice Adams")
    form.get_by_role("button", name="Hand over").click()
    expect(page.locator("#messages")).to_contain_text("The role is handed over.")
    assert User.objects.get(role="primary", reseller=ada.reseller) == alice
    if javascript:
        assert axe(page) == []


def test_a_colleague_joins_signs_out_and_in_again(open_as, javascript, ada, live_server):
    page = open_as(ada, "/team/new/", javascript=javascript)
    page.get_by_label("Email addresses").fill("pia@north.example")
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("#messages")).to_contain_text("Everyone you entered gets an email")
    link = address(Email.objects.get(template="colleague_invited").context["link"])

    page = open_as(None, "/" + link.split("/", 3)[3], javascript=javascript)
    page.get_by_label("Your name").fill("Pia Pärn")
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Password, once more").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("Pia Pärn")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#messages")).to_contain_text("You are signed out.")
    page.get_by_label("Email address").fill("pia@north.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("The email address or the password is wrong.")).to_be_visible()
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Pia Pärn")).to_be_visible()


def test_a_forgotten_password_is_reset_by_mail(open_as, javascript, alice):
    page = open_as(None, "/accounts/login/", javascript=javascript)
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email address").fill("Alice@north.example")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    link = address(Email.objects.get(template="account_password_reset").context["link"])
    page.goto("/" + link.split("/", 3)[3])
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New password, once more").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    page.goto("/" + link.split("/", 3)[3])
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def test_pages_about_people_have_no_axe_findings(
    open_as, axe_day_and_night, ada, alice, bob, north
):
    personas.make_user("adam@north.example", "Adam Ader", north, "admin")
    mine = ["/team/", "/team/new/", "/team/primary/", f"/team/{bob.pk}/role/"]
    mine += ["/accounts/password/change/", "/accounts/logout/"]
    anybodys = ["/accounts/login/", "/accounts/password/reset/", "/accounts/join/x/"]
    for user, paths in ((None, anybodys), (ada, mine)):
        page = open_as(user, paths[0])
        for path in paths:
            page.goto(path)
            assert axe_day_and_night(page) == [], path


def test_the_team_page_fits_a_narrow_screen(open_as, ada, alice, bob):
    page = open_as(ada, "/team/", viewport={"width": 320, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/customers/customer/",
        "/admin/accounts/user/add/",
        "/admin/tenancy/program/",
        "/admin/notifications/email/",
    ],
)
def test_the_admin_keeps_to_the_policy(open_as, ops, customer, path):
    page = open_as(ops, path)
    expect(page.get_by_text("Reseller Console: ops").first).to_be_visible()


def test_ops_correct_a_customer_in_the_admin(open_as, ops, customer):
    page = open_as(ops, f"/admin/customers/customer/{customer.pk}/change/")
    page.get_by_label("Organization name").fill("Corrected name")
    page.get_by_label("Reason").fill("Typing error")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    customer.refresh_from_db()
    assert customer.name == "Corrected name"


def test_ops_sign_in_and_land_in_the_admin(open_as, ops):
    page = open_as(None, "/admin/")
    page.get_by_label("Email address").fill(ops.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Reseller Console: ops").first).to_be_visible()
