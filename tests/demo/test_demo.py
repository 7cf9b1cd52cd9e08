"""What the demonstration promises: examples of everything, and facts that agree."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Count

from authorizations.models import (
    DroppedRenewal,
    Notice,
    Order,
    OrderLine,
    PurchaseAuthorization,
)
from authorizations.night.notices import owed
from authorizations.rules import rollup
from authorizations.rules.status import Status
from customers import tally
from customers.invitations.status import InvitationStatus, invitation_status
from customers.models import Customer, CustomerEvent, Invitation
from customers.organization.addresses import clean_address
from customers.organization.names import clean_email, clean_organization_name
from customers.standing import FILTERS
from notifications.delivery import Delivery, delivery_expression
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.demo.accounts import PASSWORD
from reseller_console.tenancy.models import Day, Reseller
from tests.conftest import TODAY

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]


def ahead(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.fixture
def north() -> Reseller:
    return Reseller.objects.get(name="North")


@pytest.fixture
def south() -> Reseller:
    return Reseller.objects.get(name="South")


@pytest.fixture
def day(north) -> Day:
    return north.day()


@pytest.fixture
def customers(north):
    return Customer.objects.filter(reseller=north)


@pytest.fixture
def authorizations(north):
    return PurchaseAuthorization.objects.on(TODAY).filter(reseller=north)


def test_north_has_2000_customers_and_south_300(north, south):
    assert Customer.objects.filter(reseller=north).count() == 2_000
    assert Customer.objects.filter(reseller=south).count() == 300


@pytest.mark.parametrize("entry", FILTERS, ids=lambda entry: entry.slug or "all")
@pytest.mark.parametrize("whose", ["everybody", "alice"])
def test_every_filter_has_at_least_three_customers(entry, whose, customers, day):
    if whose == "alice":
        customers = customers.filter(managed_by__email="alice@north.example")
    assert customers.standing(entry, day).count() >= 3


@pytest.mark.parametrize("entry", FILTERS, ids=lambda entry: entry.slug or "all")
def test_no_filter_holds_nearly_everybody_but_the_first(entry, customers, day):
    assert entry.slug == "" or customers.standing(entry, day).count() < 700


@pytest.mark.parametrize("state", list(Status))
def test_every_state_of_a_pa_has_at_least_three_customers(state, authorizations):
    assert authorizations.filter(status=state).values("customer").distinct().count() >= 3


@pytest.mark.parametrize("state", list(InvitationStatus))
def test_every_invitation_state_has_at_least_three_customers(state, customers):
    found = customers.annotate(state=invitation_status(TODAY)).filter(state=state)
    assert found.count() >= 3


@pytest.mark.parametrize("state", list(Delivery))
def test_every_delivery_state_has_at_least_three_invitations(state, north):
    links = Invitation.objects.in_force().filter(reseller=north)
    assert links.annotate(state=delivery_expression("email__")).filter(state=state).count() >= 3


@pytest.mark.parametrize(
    ("fact", "days"),
    [
        *(("due_on", days) for days in (8, 7, 1, 0, -1)),
        *(("suspends_on", days) for days in (8, 7, 0, -1)),
        *(("lapses_on", days) for days in (1, 0, -1)),
    ],
)
def test_a_pa_stands_on_each_boundary_day(fact, days, authorizations):
    assert authorizations.unresolved().filter(**{fact: ahead(days)}).exists()


def test_pas_lapse_from_suspended_and_straight_from_overdue(authorizations):
    for days in (1, 0):
        found = authorizations.unresolved().filter(lapses_on=ahead(days))
        assert {pa.lapses_straight for pa in found} == {True, False}


@pytest.mark.parametrize("days", [90, 89, 31, 30, 29, 1, 0, -1, -29, -30])
def test_something_is_to_renew_around_each_day_of_the_windows(days, customers):
    assert customers.filter(renewal_on=ahead(days)).exists()


@pytest.mark.parametrize("days", [31, 32])
def test_anniversaries_that_just_rolled_are_there(days, customers):
    """The licenses of the old term ended, the date has moved on."""
    lines = OrderLine.objects.filter(counts_to=ahead(-days), renews_on=None)
    rolled = customers.filter(order_lines__in=lines, anniversary_on__gt=TODAY)
    assert rolled.exists()


@pytest.mark.parametrize("day_of_month", [29, 30, 31])
def test_anniversaries_are_born_at_the_end_of_a_month(day_of_month, customers):
    assert customers.filter(anniversary_day=day_of_month).exists()


def test_a_leap_day_is_shown_clamped_and_remembered(customers):
    leap = customers.filter(anniversary_day=29, first_anniversary_on__month=2)
    assert leap.exists()


def test_renewals_are_there_in_part_in_full_and_completed_with_less(customers, north):
    lines = OrderLine.objects.filter(reseller=north, renews_on__isnull=False)
    assert DroppedRenewal.objects.filter(reseller=north).exists()
    near = lines.filter(renews_on__range=(ahead(-30), ahead(30)))
    assert near.filter(customer__renewal_on__gt=ahead(300)).exists()
    assert near.filter(customer__renewal_on__range=(ahead(-30), ahead(30))).exists()
    # Renewed before the date, which moved on that very day.
    assert near.filter(customer__anniversary_on__gt=ahead(300)).exists()


def test_custom_dates_no_dates_and_cleared_dates_are_there(customers):
    custom = customers.filter(custom_anniversary_on__isnull=False)
    assert set(custom.values_list("segment", flat=True)) == {"COM", "EDU", "GOV"}
    bought = PurchaseAuthorization.objects.values("customer")
    assert custom.filter(pk__in=bought).exists()
    assert custom.exclude(pk__in=bought).exists()
    assert customers.filter(anniversary_on=None).exclude(pk__in=bought).exists()
    assert customers.filter(anniversary_on=None, pk__in=bought).exists()


def test_orders_cover_several_pas_and_several_customers(north):
    orders = Order.objects.filter(reseller=north)
    pas = orders.annotate(n=Count("authorizations")).filter(n__gt=1)
    assert pas.exists()
    several = orders.annotate(n=Count("lines__customer", distinct=True)).filter(n__gt=1)
    assert several.exists()


def test_a_partly_returned_pa_stays_ordered(authorizations):
    lines = OrderLine.objects.filter(returns__isnull=False, authorization__isnull=False)
    partly = [line for line in lines.with_kept() if line.kept]
    found = authorizations.filter(pk__in=[line.authorization_id for line in partly])
    assert {pa.status for pa in found} == {Status.ORDERED}


def test_po_numbers_are_of_the_year_of_their_pa_and_nobodys_twice():
    for reseller in Reseller.objects.all():
        rows = PurchaseAuthorization.objects.filter(reseller=reseller).exclude(po_number="")
        numbers = dict(rows.values_list("po_number", "created_on"))
        assert len(numbers) == rows.count() > 100
        for number, created_on in numbers.items():
            form = number.translate(str.maketrans("123456789", "000000000"))
            year = f"{created_on.year}"
            assert form in ("PO-0000-0000", "0000000000", "0000/0000-IT")
            assert form == "0000000000" or number.removeprefix("PO-")[:4] == year, number


def test_customers_differ_in_everything_the_list_shows(customers):
    assert customers.values("managed_by").distinct().count() >= 4
    assert customers.values("country").distinct().count() >= 50
    assert set(customers.values_list("segment", flat=True)) == {"COM", "EDU", "GOV"}
    assert {tuple(o) for o in customers.values_list("offerings", flat=True)} == {
        ("team",),
        ("enterprise",),
        ("team", "enterprise"),
    }


def test_everything_typed_would_pass_the_dialog(customers):
    for row in customers:
        assert clean_organization_name(row.name) == row.name
        assert clean_email(row.contact_email) == row.contact_email
        assert row.contact_email.endswith(".example")
        parts = {
            part: getattr(row, part)
            for part in ("country", "region", "city", "address_1", "address_2", "postal_code")
        }
        try:
            assert clean_address(**parts) == parts
        except ValidationError as error:
            pytest.fail(f"{row}: {error}")


def test_everybody_lives_below_a_domain_that_nobody_can_have():
    addresses = Email.objects.values_list("to_address", flat=True)
    assert all(address.endswith(".example") for address in addresses)
    assert all(user.email.endswith(".example") for user in User.objects.all())


def test_active_customers_have_a_lively_past(north):
    bought = PurchaseAuthorization.objects.filter(reseller=north).values("customer")
    events = CustomerEvent.objects.filter(customer__in=bought).count()
    emails = Email.objects.filter(reseller=north).count()
    active = bought.distinct().count()
    assert events / active > 5
    assert emails / active > 5


def test_nothing_of_the_past_is_mailed(north, south, day):
    for reseller in (north, south):
        assert owed(reseller, today=TODAY) == []
    assert not Notice.objects.filter(digested_on=None).exists()
    assert Email.objects.undecided().count() <= 6
    assert owed(north, today=ahead(1)) != []


def test_stored_facts_are_what_the_purchases_say(north, south):
    for reseller in (north, south):
        today = reseller.day()
        assert rollup.stale(reseller, day=today) == []
        assert tally.drift(reseller.pk, today) == 0
        rows = Customer.objects.filter(reseller=reseller)
        assert not rows.with_unwritten_move(today).exists()


def test_loading_again_says_so_and_changes_nothing():
    before = Customer.objects.count()
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue() == "The demo data is there already.\n"
    assert Customer.objects.count() == before


def test_production_refuses_the_demonstration(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo", "--fresh")


def test_the_accounts_are_printed_one_a_line_and_work():
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    rows = [re.split(" {2,}", line) for line in out.getvalue().splitlines()]
    assert [row[0] for row in rows] == [
        "alice@north.example",
        "bob@north.example",
        "ada@north.example",
        "charlie@south.example",
        "sam@south.example",
        "ops@console.example",
        "vera@linden.example",
        "viktor@linden.example",
        "olaf@harbour.example",
    ]
    for email, password, who in rows:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert user.is_active
        assert who.strip()
    assert rows[0][1] == PASSWORD


def test_each_reseller_has_its_primary_admin_and_viewer():
    roles = Counter(User.objects.exclude(role="").values_list("reseller__name", "role"))
    assert roles["North", "primary"] == roles["South", "primary"] == 1
    assert roles["North", "viewer"] == 1
