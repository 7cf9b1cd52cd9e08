"""The demonstration shows the whole year of a customer: every case has three customers or more."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import pytest
from django.db.models import Count, F

from authorizations.models import DroppedRenewal, OrderLine, RenewalContact, ReturnedLine
from authorizations.renewing.contacts import last_contacts
from authorizations.rules.discount import LEVELS, discounts_of
from customers.models import Customer, CustomerEvent, CustomerKind
from customers.standing import READY, UPCOMING
from notifications.delivery import CAME_BACK
from reseller_console.tenancy.models import Reseller
from tests.conftest import TODAY

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]

LEAST = 3
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module", params=["North", "South"])
def reseller(request, demo) -> Reseller:
    return Reseller.objects.get(name=request.param)


def kind_of(line: OrderLine) -> str:
    if line.authorization_id:
        return "PA"
    return "renewal" if line.renews_on else "direct"


@pytest.fixture(scope="module")
def lines(reseller) -> list[OrderLine]:
    rows = OrderLine.objects.filter(reseller=reseller).with_kept()
    return list(rows.select_related("order", "customer", "product"))


def customers_of(rows) -> set[int]:
    return {row.customer_id for row in rows}


def test_orders_of_every_kind_are_there_and_of_what_no_pa_is_for(lines):
    found = defaultdict(set)
    for line in lines:
        found[kind_of(line)].add(line.customer_id)
    assert min(map(len, found.values())) >= LEAST
    assert found.keys() == {"PA", "direct", "renewal"}
    of_no_pa = [line for line in lines if not line.product.by_authorization]
    assert len(customers_of(of_no_pa)) >= LEAST


@pytest.mark.parametrize("kind", ["PA", "direct"])
def test_orders_are_recorded_long_after_their_date(kind, lines):
    late = [row for row in lines if (row.order.recorded_on - row.order.ordered_on).days > 21]
    assert len(customers_of(row for row in late if kind_of(row) == kind)) >= LEAST


def test_terms_are_renewed_in_part_early_in_full_and_completed_with_less(lines, reseller):
    renewed = [row for row in lines if row.renews_on and row.kept]
    near = [row for row in renewed if abs((row.renews_on - TODAY).days) <= 30]
    open_terms = Customer.objects.filter(reseller=reseller, renewal_on__lte=TODAY + 30 * DAY)
    partly = {row.customer_id for row in near} & set(open_terms.values_list("pk", flat=True))
    early = [row for row in near if row.order.ordered_on < row.renews_on]
    dropped = DroppedRenewal.objects.filter(reseller=reseller)
    moved = [row for row in early if row.customer.anniversary_on > TODAY + 300 * DAY]
    assert len(partly) >= LEAST
    assert len(customers_of(moved)) >= LEAST
    assert dropped.values("customer").distinct().count() >= LEAST


@pytest.mark.parametrize("kind", ["PA", "direct", "renewal"])
def test_licenses_are_returned_in_part_again_and_whole_inside_the_window(kind, lines, reseller):
    returned = defaultdict(list)
    for row in ReturnedLine.objects.filter(reseller=reseller).select_related("order_line__order"):
        order = row.order_line.order
        assert order.ordered_on <= row.returned_on <= order.return_until_on
        returned[row.order_line_id].append(row)
    of_kind = [line for line in lines if kind_of(line) == kind and line.pk in returned]
    assert len(customers_of(line for line in of_kind if line.kept)) >= LEAST
    assert len(customers_of(line for line in of_kind if len(returned[line.pk]) > 1)) >= LEAST
    assert len(customers_of(line for line in of_kind if not line.kept)) >= LEAST


@pytest.mark.parametrize("kind", ["PA", "direct", "renewal"])
def test_one_order_is_for_three_customers(kind, lines):
    of_order = defaultdict(set)
    for line in lines:
        if kind_of(line) == kind:
            of_order[line.order_id].add(line.customer_id)
    assert max(map(len, of_order.values())) >= LEAST


def test_renewal_contacts_are_there_and_some_last_emails_came_back(reseller):
    rows = RenewalContact.objects.filter(reseller=reseller)
    last = last_contacts(set(rows.values_list("customer", flat=True)))
    came_back = [one for one in last.values() if one.state in CAME_BACK]
    lately = [one for one in last.values() if one.asks_on(TODAY)]
    again = rows.values("customer").annotate(n=Count("sent_at", distinct=True)).filter(n__gt=1)
    assert min(len(came_back), len(last) - len(came_back), len(lately), again.count()) >= LEAST


def test_every_discount_level_has_customers(reseller):
    day = reseller.day()
    rows = Customer.objects.filter(reseller=reseller).shown_on(day)
    levels = Counter(one.level for one in discounts_of(list(rows), day).values())
    assert all(levels[level] >= LEAST for level in range(1, len(LEVELS) + 1)), levels


def test_every_week_of_the_workbench_has_customers(reseller):
    day = reseller.day()
    dates = Customer.objects.filter(reseller=reseller).filter(READY.when(day) | UPCOMING.when(day))
    spans = day.ready_span()[0], day.upcoming_span()[1]
    weeks = Counter(
        (date - spans[0]).days // 7 for date in dates.values_list("renewal_on", flat=True)
    )
    assert all(weeks[week] >= LEAST for week in range((spans[1] - spans[0]).days // 7)), weeks


@pytest.mark.parametrize("day_of_month", [29, 30, 31])
def test_original_days_at_the_end_of_a_month_have_customers(day_of_month, reseller):
    found = Customer.objects.filter(reseller=reseller, anniversary_day=day_of_month)
    assert found.count() >= LEAST


def test_custom_dates_are_in_their_first_term(reseller):
    found = Customer.objects.filter(reseller=reseller, custom_anniversary_on__gte=TODAY)
    bought = found.filter(anniversary_on=F("custom_anniversary_on"), order_lines__isnull=False)
    assert bought.distinct().count() >= LEAST


def test_early_moves_of_the_date_are_told_and_taken_back(reseller):
    events = CustomerEvent.objects.filter(reseller=reseller)
    moved = events.filter(kind=CustomerKind.ANNIVERSARY_MOVED).values("customer")
    back = events.filter(kind=CustomerKind.ANNIVERSARY_BACK)
    assert moved.distinct().count() >= LEAST
    assert back.filter(customer__in=moved).values("customer").distinct().count() >= LEAST
