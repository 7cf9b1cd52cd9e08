"""Rules about customers that cut across dialogs, list and details."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import get_resolver

from authorizations.actions.cancel import cancel_authorization
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.actions.invite import CustomerDetails, invite_customer
from customers.actions.offerings import add_offering
from customers.models import Customer, Invitation
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from tests.customers.forms import PATH, typed
from tests.personas import day_of
from tests.rules.reading import section, text_of, tree_of

SECTIONS = (
    "Customer details",
    "Pending and Overdue License Authorizations",
    "Products",
    "License Authorization History",
)


def details(**changes: object) -> CustomerDetails:
    """Return what is typed about a customer, cleaned."""
    values = {
        "name": "Tähe Keemia OÜ",
        "segment": "COM",
        "offerings": ["team"],
        "country": "EE",
        "region": "",
        "city": "Tartu",
        "address_1": "Tähe 4",
        "address_2": "",
        "postal_code": "51010",
        "contact_first_name": "Tiina",
        "contact_last_name": "Tamm",
        "contact_email": "tiina@tahe.example",
        "language": "et",
    }
    return CustomerDetails(**values | changes)


@pytest.fixture
def invited(alice, north, pinned_today):
    """Return a function that invites a customer as the dialog does."""

    def made(**changes: object) -> Customer:
        custom = changes.pop("custom_anniversary_on", None)
        return invite_customer(
            north,
            details=details(**changes),
            custom_anniversary_on=custom,
            same_name_ok=True,
            by=alice,
            day=day_of(north, pinned_today),
        )

    return made


def names_in(see, show: str, *, by) -> set[str]:
    page = see(f"/customers/?show={show}", by=by, on="2026-03-02")
    return {text_of(found) for found in page.iter("button") if found.get("class") == "name"}


# --- Before anything is accepted


def test_products_can_be_had_before_the_invitation_is_accepted(invited, buy, order, see, alice):
    customer = invited()
    assert len(customer.vip_id) == 20
    first = buy(customer, "2026-03-02")
    order(first, on="2026-03-02")
    page = see(customer.get_absolute_url(), by=alice, on="2026-03-02")
    assert "Ordered" in text_of(section(page, "License Authorization History"))
    assert customer.accepted_at is None


def test_whoever_invites_manages(login, alice):
    login(alice).post(PATH, typed())
    assert Customer.objects.get().managed_by == alice


def test_the_warnings_stand_where_the_choice_is_made(login, alice):
    client = login(alice)
    ticked = {"custom_anniversary": "on"}
    choice = client.post(PATH, typed(step="details", go="next", **ticked))
    assert "The date cannot be changed once the customer is invited." in choice.content.decode()
    chosen = {"custom_anniversary": "True", "custom_anniversary_on": "2027-06-30"}
    last = client.post(PATH, typed(step="date", go="next", **chosen)).content.decode()
    assert "None of this can be edited in the console after the invitation is sent" in last
    assert "The custom anniversary date is permanent." in last
    assert (
        "date is permanent"
        not in client.post(PATH, typed(step="details", go="next")).content.decode()
    )


def test_the_contacts_language_goes_with_every_email(invited, buy, alice, pinned_today):
    customer = invited()
    cancel_authorization(buy(customer, "2026-03-02"), by=alice, day=day_of(customer, pinned_today))
    assert set(Email.objects.values_list("language", flat=True)) == {"et"}
    assert Email.objects.count() == 3


# --- After that


def test_nothing_about_a_customer_can_be_edited_but_type_and_manager():
    """Every address below a customer's is known here, and none of them edits its data."""
    addresses = {
        name
        for name, (_, pattern, *_) in _named_addresses()
        if pattern.startswith("customers/") and "vip_id" in pattern
    }
    assert addresses == {
        "customer_details",
        "customer_manager",
        "customer_offerings",
        "invitation_correction",
        "invitation_resend",
        "invitation_withdrawal",
        "authorization_create",
        "authorization_cancellation",
        "authorization_order",
        "order_correction",
        "renewal_order",
        "renewal_notification",
        "order_directly",
        "order_return",
    }


def _named_addresses():
    resolver = get_resolver()
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            possibilities, _pattern, *rest = resolver.reverse_dict[name]
            yield name, (None, possibilities[0][0].replace("%(", "(").lstrip("/"), *rest)


def test_the_other_type_is_added_once_and_cannot_be_taken_away(invited, alice, pinned_today):
    customer = invited()
    for offering in ("enterprise", "enterprise", "team"):
        customer = add_offering(
            customer, offering=offering, by=alice, day=day_of(customer, pinned_today)
        )
    assert customer.offerings == ["team", "enterprise"]
    with pytest.raises(ActionRefused):
        add_offering(customer, offering="none", by=alice, day=day_of(customer, pinned_today))


def test_resending_leaves_the_anniversary_date_alone(invited, alice, set_today):
    custom = dt.date(2029, 3, 2)
    customer = invited(custom_anniversary_on=custom)
    # Counted from this day, the date would be out of bounds; only the first day counts.
    today = set_today("2028-06-01")
    customer = resend_invitation(customer, by=alice, day=day_of(customer, today))
    assert (customer.anniversary_on, customer.custom_anniversary_on) == (custom, custom)
    assert customer.invitation_expires_on == today + dt.timedelta(days=30)


# --- Withdrawn


def test_withdrawing_leaves_the_customer_in_all_customers_only(invited, see, alice, pinned_today):
    customer = withdraw_invitation(invited(), by=alice, day=day_of(alice, pinned_today))
    shows = ("", "no-products", "pending", "past-due", "upcoming", "ready")
    assert [show for show in shows if customer.name in names_in(see, show, by=alice)] == [""]


def test_resending_brings_a_withdrawn_customer_back_to_no_products(
    invited, see, alice, pinned_today
):
    customer = withdraw_invitation(invited(), by=alice, day=day_of(alice, pinned_today))
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    assert names_in(see, "no-products", by=alice) == {customer.name}
    links = Invitation.objects.filter(customer=customer).order_by("version")
    assert [link.superseded_at is None for link in links] == [False, True]


def test_a_withdrawn_customer_still_counts_as_a_duplicate(login, alice, invited, pinned_today):
    withdraw_invitation(invited(), by=alice, day=day_of(alice, pinned_today))
    response = login(alice).post(PATH, typed(key=str(uuid.uuid4())))
    assert response.status_code == 422
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("bought", "ordered", "day", "withdrawn"),
    [
        (None, None, "2026-03-02", True),
        ("2026-03-02", None, "2026-03-02", False),  # pending
        ("2026-03-02", None, "2026-06-01", False),  # suspended
        ("2026-03-02", None, "2027-04-01", False),  # on its last day
        ("2026-03-02", None, "2027-04-02", True),  # lapsed
        ("2026-03-02", "2026-03-02", "2027-04-01", False),  # paid, to the end of the window
        ("2026-03-02", "2026-03-02", "2027-04-02", True),
    ],
)
def test_what_keeps_an_invitation_from_being_withdrawn(
    invited, buy, order, alice, set_today, bought, ordered, day, withdrawn
):
    customer = invited()
    if bought:
        authorization = buy(customer, bought)
        if ordered:
            order(authorization, on=ordered)
    today = set_today(day)
    if withdrawn:
        assert (
            withdraw_invitation(customer, by=alice, day=day_of(customer, today)).withdrawn_at
            is not None
        )
    else:
        with pytest.raises(ActionRefused) as caught:
            withdraw_invitation(customer, by=alice, day=day_of(customer, today))
        assert caught.value.code == "has_products"


# --- The sections of the details page


def test_sections_appear_where_they_apply(invited, buy, order, login, alice):
    def headings() -> list[str]:
        page = tree_of(login(alice).get(customer.get_absolute_url()).content.decode())
        return [text_of(heading) for heading in page.iter("h2") if text_of(heading) in SECTIONS]

    customer = invited()
    assert headings() == ["Customer details", "Products"]
    authorization = buy(customer, "2026-03-02")
    assert headings() == list(SECTIONS)
    order(authorization, on="2026-03-02")
    assert headings() == [SECTIONS[0], *SECTIONS[2:]]
