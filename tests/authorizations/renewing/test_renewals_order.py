"""One renewal order for several customers."""

from __future__ import annotations

import re
import threading
import uuid

import pytest
from django.db import connections

from authorizations.actions.order import record_order
from authorizations.actions.placing import Renewal
from authorizations.actions.renew import record_renewals
from authorizations.models import DroppedRenewal, Order, OrderLine
from reseller_console.accounts.models import AccessAttempt
from reseller_console.lib.refusals import ActionRefused
from tests.authorizations.pages import page, words
from tests.counting import counted
from tests.personas import day_of, make_customer

pytestmark = pytest.mark.django_db
PATH = "/renewals/order/"


@pytest.fixture
def three(make_customer, own, set_today, pinned_today):
    """Three customers with 3, 4 and 5 licenses to renew."""
    set_today("2025-01-01")
    made = [make_customer(name=f"Organization {n}") for n in (1, 2, 3)]
    set_today(pinned_today)
    for number, customer in enumerate(made, start=3):
        own(customer, quantity=number)
    return made


def form(client, customers, **changes) -> dict[str, object]:
    """Return what the dialog sends when only the number is typed."""
    vip_ids = [customer.vip_id for customer in customers]
    html = page(client.get(PATH, {"customer": vip_ids}))
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    numbers = re.findall(r'name="(renew_[^"]+)" value="(\d+)"', html)
    return {
        "customer": vip_ids,
        "key": str(uuid.uuid4()),
        "seen": seen[1] if seen else "",
        "number": "4711",
        "ordered_on": "2026-03-02",
        **dict(numbers),
    } | changes


def renewed() -> list[tuple[str, int]]:
    rows = OrderLine.objects.filter(renews_on__isnull=False).order_by("customer__name")
    return list(rows.values_list("customer__name", "quantity"))


def test_all_that_is_left_of_the_ticked_customers_is_renewed_by_one_order(login, alice, three):
    client = login(alice)
    response = client.post(PATH, form(client, three), follow=True)
    assert renewed() == [("Organization 1", 3), ("Organization 2", 4), ("Organization 3", 5)]
    assert Order.objects.filter(number="4711").count() == 1
    said = "Renewal order 4711 is recorded for 3 customers: 12 licenses; nothing is left to renew."
    assert said in words(response)


def test_ticked_rows_may_be_sent_as_well_as_asked_for(login, alice, three):
    response = login(alice).post(PATH, {"customer": [row.vip_id for row in three]})
    assert response.status_code == 200 and words(response).count("left") >= 3
    assert renewed() == []


def test_numbers_are_changed_and_a_tick_drops_the_rest_once_it_is_confirmed(
    login, alice, three, photoshop
):
    client = login(alice)
    first, second, _third = three
    name = "renew_{}_{}".format
    sent = form(
        client,
        three,
        **{
            name(first.vip_id, photoshop.pk): "",
            name(second.vip_id, photoshop.pk): "1",
            f"completes_{second.vip_id}": "on",
        },
    )
    asked = client.post(PATH, sent)
    dropped = "Organization 2, after 19 April 2026: 3 × Test Photoshop"
    assert asked.status_code == 422 and f"and are removed: {dropped}. Send it again" in words(asked)
    response = client.post(PATH, sent | {"drops": dropped}, follow=True)
    assert renewed() == [("Organization 2", 1), ("Organization 3", 5)]
    assert DroppedRenewal.objects.get().quantity == 3
    assert "2 customers: 6 licenses" in words(response)


def test_a_tick_without_any_license_is_refused_at_its_place(login, alice, three, photoshop):
    client, first = login(alice), three[0]
    number, tick = f"renew_{first.vip_id}_{photoshop.pk}", f"completes_{first.vip_id}"
    response = client.post(PATH, form(client, three, **{number: "0", tick: "on"}))
    assert response.status_code == 422
    assert "An order completes a renewal only with at least one license." in words(response)


def test_more_than_there_can_be_is_said_at_its_field(login, alice, three, photoshop):
    client = login(alice)
    number = f"renew_{three[0].vip_id}_{photoshop.pk}"
    response = client.post(PATH, form(client, three, **{number: "10001"}))
    assert response.status_code == 422 and "At most 10000." in words(response)


def test_customers_with_nothing_left_or_no_window_are_left_out_and_named(
    login, alice, three, make_customer, set_today, pinned_today, own
):
    set_today("2025-01-01")
    nothing, later = make_customer(name="No Term"), make_customer(name="Later")
    set_today(pinned_today)
    own(later, on="2025-09-01")
    client = login(alice)
    shown = words(client.get(PATH, {"customer": [row.vip_id for row in [*three, nothing, later]]}))
    assert "No Term has no renewal window on 2 March 2026." in shown
    assert "Later has no renewal window" in shown and "One order for 3 customers." in shown
    alone = words(client.get(PATH, {"customer": [nothing.vip_id]}))
    assert "None of these customers has anything left to renew now." in alone


def test_a_foreign_vip_id_is_refused_as_one_that_nobody_has(login, alice, charlie, three):
    foreign = make_customer(managed_by=charlie).vip_id
    client = login(alice)
    answers = []
    for vip_id in (foreign, "F" * 20):
        response = client.get(PATH, {"customer": [three[0].vip_id, vip_id]})
        answers.append(words(response).replace(vip_id, "…"))
        assert client.post(PATH, form(client, three) | {"customer": [vip_id]}).status_code == 422
    assert answers[0] == answers[1] and three[0].name not in answers[0]
    assert AccessAttempt.objects.count() == 1 and renewed() == []


def test_there_are_at_most_a_hundred_customers(login, alice, three):
    many = [f"{n:020X}" for n in range(1_000, 1_101)]
    shown = words(login(alice).get(PATH, {"customer": many}))
    assert "At most 100 customers at a time; these are 101." in shown
    assert "Select at least one customer." in words(login(alice).get(PATH))


def test_what_a_colleague_has_recorded_meanwhile_stops_the_whole_order(login, alice, ada, three):
    mine, hers = login(alice), login(ada)
    sent = form(mine, three)
    assert hers.post(PATH, form(hers, three[:1], number="4712")).status_code == 302
    response = mine.post(PATH, sent)
    assert response.status_code == 409 and renewed() == [("Organization 1", 3)]
    assert "What is left to renew has changed in the meantime: Organization 1." in words(response)
    assert "Organization 1: nothing is left to renew." in words(response)


def test_as_many_statements_are_sent_for_many_customers_as_for_few(
    login, alice, make_customer, own, set_today, pinned_today
):
    set_today("2025-01-01")
    made = [make_customer() for _ in range(13)]
    set_today(pinned_today)
    for customer in made:
        own(customer)
    client = login(alice)
    counts = []
    for number, some in (("A", made[:3]), ("B", made[3:])):
        with counted() as looked:
            client.get(PATH, {"customer": [row.vip_id for row in some]})
        looks = len(looked)
        sent = form(client, some, number=number)
        with counted(status=302) as sending:
            client.post(PATH, sent)
        counts.append((looks, len(sending)))
    assert counts[0] == counts[1]


def at_once(record) -> list[str]:
    """Return what came of recording R-1 and R-2 at the same moment."""
    outcomes, barrier = [], threading.Barrier(2)

    def one(number: str) -> None:
        try:
            barrier.wait(10)
            record(number)
            outcomes.append("recorded")
        except ActionRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[number]) for number in ("R-1", "R-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_renewal_orders_of_one_moment_one_is_recorded(three, alice, photoshop):
    first, second = three[:2]

    def order(customer, number: str) -> dict[str, object]:
        day = day_of(customer)
        facts = {"number": number, "ordered_on": day.today, "by": alice, "day": day}
        return facts | {"renewals": [Renewal(customer, [(photoshop, 3)])]}

    seen = f"{photoshop.pk}:3"
    looked = at_once(lambda number: record_renewals(**order(first, number), seen={first.pk: seen}))
    assert looked == ["changed", "recorded"]
    # The twin, without a look at what was seen: the same licenses are renewed twice.
    blind = at_once(lambda number: record_order(**order(second, f"{number}-blind")))
    assert blind == ["recorded", "recorded"]
    assert renewed() == [("Organization 1", 3), ("Organization 2", 3), ("Organization 2", 3)]
