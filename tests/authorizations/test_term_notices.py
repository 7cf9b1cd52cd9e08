"""What VIP admins are told of a term that ends: each email once, on its day or when it can be."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import uuid

import pytest
from django.db import connections

from authorizations.actions.order import record_order
from authorizations.models import Notice, Order, OrderLine, Product
from authorizations.night import notices
from authorizations.night.digest import post_digests
from authorizations.night.notices import owed, post_notices, take_as_told
from authorizations.night.run import AlreadyRunning, run_night
from authorizations.rules import rollup
from authorizations.rules.renewals import left_of
from customers.models import Customer, CustomerEvent
from notifications import outbox
from notifications.models import Email
from tests.counting import counted
from tests.personas import day_of

D = dt.timedelta
BOUGHT = "2025-06-15"
AD = dt.date(2026, 6, 15)
TEMPLATES = ["renewal_opens", "renewal_due", "renewal_ends_soon", "licenses_removed"]
_numbers = itertools.count(1)


def emails() -> list[str]:
    return list(
        Email.objects.filter(template__in=TEMPLATES)
        .order_by("pk")
        .values_list("template", flat=True)
    )


def told_lines() -> list[dict]:
    return Email.objects.filter(template__in=TEMPLATES).latest("pk").context["lines"]


@pytest.fixture
def own(buy, alice, set_today, pinned_today):
    """Return a function that gives a customer licenses ordered for the term up to AD."""

    def bought(
        customer: Customer, *, quantity: int = 5, on: str = BOUGHT, ordered: str = "", **more
    ):
        authorization = buy(on, of=customer, quantity=quantity, **more)
        today = set_today(ordered or on)
        order = record_order(
            [authorization],
            number=f"O-{next(_numbers)}",
            ordered_on=today,
            by=alice,
            day=day_of([authorization], today),
        )
        set_today(pinned_today)
        return order

    return bought


@pytest.fixture
def renew(photoshop):
    """Return a function that records a renewal order of a customer, dated days after AD."""

    def renewed(customer: Customer, days: int, *, quantity: int, completes: bool = False):
        on = AD + D(days)
        number = f"R-{next(_numbers)}"
        order = Order.objects.create(
            reseller=customer.reseller,
            number=number,
            number_key=number,
            ordered_on=on,
            return_until_on=on + D(14),
            recorded_on=on,
        )
        line = OrderLine.objects.create(
            reseller=customer.reseller,
            order=order,
            customer=customer,
            product=photoshop,
            quantity=quantity,
            starts_on=AD,
            counts_to=AD + D(365),
            usable_until_on=AD + D(395),
            renews_on=AD,
            completes_renewal=completes,
        )
        reckon(customer, on)
        return line

    return renewed


def reckon(customer: Customer, today: dt.date) -> None:
    day = customer.reseller.day(today)
    rollup.refresh(customer.reseller, day=day, customer_ids=[customer.pk])


def nights(reseller, first: int, last: int) -> None:
    """Run the nights of so many days after AD."""
    for days in range(first, last + 1):
        run_night(reseller, today=AD + D(days))


# --- The days


def test_each_email_goes_out_on_its_day_and_on_no_other(north, customer, own):
    own(customer)
    found = {}
    for days in range(-33, 36):
        before = len(emails())
        for _twice in range(2):
            run_night(north, today=AD + D(days))
        if emails()[before:]:
            found[days] = emails()[before:]
    assert found == {
        -30: ["renewal_opens"],
        0: ["renewal_due"],
        23: ["renewal_ends_soon"],
        31: ["licenses_removed"],
    }


@pytest.mark.parametrize(
    ("next_night", "template", "skipped"),
    [
        (-31, None, 0),
        (-30, "renewal_opens", 0),
        (-1, "renewal_opens", 0),
        (0, "renewal_due", 1),
        (22, "renewal_due", 1),
        (23, "renewal_ends_soon", 2),
        (30, "renewal_ends_soon", 2),
        (31, "licenses_removed", 3),
        (100, "licenses_removed", 3),
    ],
)
def test_after_missed_nights_only_the_latest_email_goes_out(
    north, customer, own, next_night, template, skipped
):
    own(customer)
    run_night(north, today=AD - D(32))
    run = run_night(north, today=AD + D(next_night))
    assert emails() == [name for name in [template] if name]
    assert run.counts.get("skipped", 0) == skipped
    assert Notice.objects.exclude(skipped_because="").count() == skipped
    run_night(north, today=AD + D(next_night + 1))
    assert len(emails()) <= 1 + (next_night in (-31, -1, 22, 30))


@pytest.mark.parametrize(("first_night", "told"), [(60, ["licenses_removed"]), (61, [])])
def test_a_console_that_begins_long_after_the_end_is_silent_about_it(
    north, customer, own, first_night, told
):
    own(customer)
    run_night(north, today=AD + D(first_night))
    assert emails() == told


def test_the_days_follow_the_program_in_force(north, customer, own):
    own(customer)
    north.program.terms.update(renewal_opens_days=45)
    run_night(north, today=AD - D(46))
    assert emails() == []
    run_night(north, today=AD - D(45))
    assert emails() == ["renewal_opens"]


def test_the_next_term_has_emails_of_its_own(north, customer, own, renew):
    own(customer)
    nights(north, -30, -30)
    renew(customer, -10, quantity=5)
    nights(north, 0, 1)
    assert emails() == ["renewal_opens"]
    nights(north, 335, 335)
    assert emails() == ["renewal_opens", "renewal_opens"]
    dates = Notice.objects.values_list("anniversary_on", flat=True)
    assert set(dates) == {AD, dt.date(2027, 6, 15)}


# --- Something to renew


def test_an_email_lists_what_is_not_renewed_and_until_when(north, customer, own, illustrator):
    own(customer)
    own(customer, on="2025-09-01", quantity=3, product=illustrator)
    nights(north, -30, -30)
    facts = Email.objects.get(template="renewal_opens").context
    assert facts["lines"] == [
        {"quantity": 3, "product": "Test Illustrator"},
        {"quantity": 5, "product": "Test Photoshop"},
    ]
    days = ("opens_on", "anniversary_on", "usable_until_on", "removed_on")
    assert [facts[day] for day in days] == ["2026-05-16", "2026-06-15", "2026-07-15", "2026-07-16"]


@pytest.mark.parametrize("days", [-30, 0, 23, 31])
def test_whoever_renewed_everything_the_day_before_hears_nothing(north, customer, own, renew, days):
    own(customer)
    renew(customer, days - 1, quantity=5)
    nights(north, days, days + 1)
    assert emails() == []


def test_after_a_part_is_renewed_the_emails_tell_of_the_rest(north, customer, own, renew):
    own(customer)
    nights(north, -30, -30)
    renew(customer, -10, quantity=3)
    for days, email in ((0, "renewal_due"), (23, "renewal_ends_soon"), (31, "licenses_removed")):
        nights(north, days, days)
        assert emails()[-1] == email
        assert told_lines() == [{"quantity": 2, "product": "Test Photoshop"}]


def test_a_renewal_said_to_be_complete_ends_the_emails(north, customer, own, renew):
    own(customer)
    nights(north, -30, -30)
    renew(customer, -10, quantity=1, completes=True)
    nights(north, 0, 0)
    nights(north, 23, 23)
    nights(north, 31, 31)
    assert emails() == ["renewal_opens"]


def test_a_completing_renewal_that_is_returned_makes_the_rest_due_again(
    north, customer, own, renew
):
    own(customer)
    line = renew(customer, -10, quantity=1, completes=True)
    nights(north, -9, -9)
    assert emails() == []
    line.returned_quantity = 1
    line.save()
    reckon(customer, AD - D(1))
    nights(north, 0, 0)
    assert emails() == ["renewal_due"]
    assert told_lines() == [{"quantity": 5, "product": "Test Photoshop"}]


def test_licenses_bought_after_everything_was_renewed_are_told_at_the_anniversary(
    north, customer, own, renew
):
    own(customer)
    renew(customer, -20, quantity=5)
    own(customer, on="2026-06-05", quantity=2)
    nights(north, 0, 0)
    assert emails() == ["renewal_due"]
    assert told_lines() == [{"quantity": 2, "product": "Test Photoshop"}]


def test_without_an_order_there_is_nothing_to_renew(north, customer, buy):
    buy("2026-06-05", of=customer)
    nights(north, 320, 400)
    assert emails() == []


def test_a_custom_anniversary_without_any_purchase_tells_nobody(north, make_customer):
    make_customer(anniversary_on=AD, custom_anniversary_on=AD)
    for days in (-30, 0, 23, 31):
        nights(north, days, days)
    assert emails() == []


def test_consumables_are_never_renewed(north, customer, own):
    order = own(customer)
    pack = Product.objects.create(
        name="Test Credits", family="Test", offering="team", unit="pack", by_authorization=False
    )
    order.lines.update(product=pack)
    reckon(customer, AD - D(31))
    for days in (-30, 0, 23, 31):
        nights(north, days, days)
    assert emails() == []


def test_an_order_recorded_after_the_licenses_ended_gave_none_that_could_be_removed(
    north, customer, own
):
    own(customer)
    own(customer, on="2026-06-05", ordered="2026-07-25", quantity=9)
    nights(north, 41, 41)
    assert emails() == ["licenses_removed"]
    assert told_lines() == [{"quantity": 5, "product": "Test Photoshop"}]


def test_an_order_recorded_after_the_licenses_ended_is_no_news_alone(north, make_customer, own):
    customer = make_customer(anniversary_on=AD)
    own(customer, on="2026-06-05", ordered="2026-07-25")
    assert OrderLine.objects.get().counts_to == AD
    assert left_of(north, [(customer.pk, AD)]) == {}
    nights(north, 41, 41)
    assert emails() == []


def test_a_renewal_returned_after_the_window_is_told_as_removed(north, customer, own, renew):
    own(customer)
    line = renew(customer, 21, quantity=5)
    nights(north, 31, 31)
    assert emails() == []
    line.returned_quantity = 5
    line.save()
    nights(north, 35, 35)
    assert emails() == ["licenses_removed"]


# --- To whom, and how often


def test_a_withdrawn_customer_gets_no_email_and_is_owed_none_later(north, customer, own):
    own(customer)
    Customer.objects.filter(pk=customer.pk).update(withdrawn_at="2026-01-02T00:00Z")
    nights(north, -30, -29)
    assert emails() == []
    assert Notice.objects.get().kind == "renewal_opens"


def test_before_anybody_joined_the_invited_contact_is_told_in_the_own_language(
    north, make_customer, own
):
    customer = make_customer(language="et")
    own(customer)
    nights(north, -30, -30)
    email = Email.objects.get(template="renewal_opens")
    assert (email.to_address, email.language) == (customer.contact_email, "et")
    assert email.about == customer.vip_id


def test_the_removal_stands_in_the_activity(north, customer, own):
    own(customer)
    nights(north, 30, 32)
    events = CustomerEvent.objects.filter(kind="licenses_removed")
    assert [event.details for event in events] == [{"date": "2026-06-15"}]


def test_what_comes_from_elsewhere_is_taken_as_told(north, customer, own):
    own(customer)
    day = north.day(AD + D(1))
    reckon(customer, day.today)
    assert take_as_told(north, day=day) == 2
    assert owed(north, today=day.today) == []
    nights(north, 1, 22)
    assert emails() == []
    assert post_digests(north, day=day) == 0
    nights(north, 23, 23)
    assert emails() == ["renewal_ends_soon"]


def test_another_resellers_customers_are_told_by_their_own_night(
    north, south, customer, own, make_customer, charlie
):
    own(make_customer(managed_by=charlie))
    nights(north, -30, -30)
    assert emails() == []
    nights(south, -30, -30)
    assert emails() == ["renewal_opens"]


def test_renewed_while_the_night_runs_is_told_no_more(north, customer, own, renew, monkeypatch):
    own(customer)
    real = notices._record

    def renewed_first(ladder, reseller, batch, *, day):
        renew(customer, -30, quantity=5)
        return real(ladder, reseller, batch, day=day)

    monkeypatch.setattr(notices, "_record", renewed_first)
    nights(north, -30, -30)
    assert emails() == []
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_night_killed_between_two_batches_goes_on_where_it_ended(
    north, make_customer, own, monkeypatch
):
    for _ in range(7):
        own(make_customer())
    monkeypatch.setattr(notices, "BATCH", 3)
    real, calls = outbox.post_many, itertools.count()

    def die_in_the_second_batch(drafts):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return real(drafts)

    monkeypatch.setattr(outbox, "post_many", die_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        nights(north, -30, -30)
    assert len(emails()) == Notice.objects.count() == 3
    nights(north, -30, -30)
    assert emails() == ["renewal_opens"] * 7
    assert Notice.objects.count() == 7


def _at_once(work, times: int = 4) -> list[object]:
    """Do something in several threads at the same time; return what each of them came to."""
    ready, results = threading.Barrier(times), []

    def one():
        ready.wait(10)
        try:
            results.append(work())
        except AlreadyRunning as running:
            results.append(running)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_several_nights_at_once_tell_everybody_once(north, make_customer, own):
    for _ in range(5):
        own(make_customer())
    day = AD - D(30)
    assert len(_at_once(lambda: run_night(north, today=day))) == 4
    assert emails() == ["renewal_opens"] * 5
    assert Notice.objects.count() == 5


@pytest.fixture
def all_have_looked(monkeypatch):
    """Four nights at once write only when all of them have found out what is owed."""
    real, looked = notices._record, threading.Barrier(4)

    def record(*args, **more):
        looked.wait(10)
        return real(*args, **more)

    monkeypatch.setattr(notices, "_record", record)


@pytest.fixture
def five_owed(north, make_customer, own):
    """Five customers whose renewal window opens; the day it does."""
    for _ in range(5):
        own(make_customer())
    day = north.day(AD - D(30))
    rollup.refresh(north, day=day)
    return day


@pytest.mark.django_db(transaction=True)
def test_even_without_the_lock_of_the_night_nobody_is_told_twice(north, five_owed, all_have_looked):
    _at_once(lambda: post_notices(north, day=five_owed))
    assert emails() == ["renewal_opens"] * 5
    assert Notice.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_without_the_keys_of_emails_everybody_would_be_told_four_times(
    north, five_owed, all_have_looked, monkeypatch
):
    real = notices.drafts_to_vip_admins

    def keyless(customer, *, key, **more):
        return real(customer, key=f"{key}:{uuid.uuid4()}", **more)

    monkeypatch.setattr(notices, "drafts_to_vip_admins", keyless)
    _at_once(lambda: post_notices(north, day=five_owed))
    assert len(emails()) == 20


def test_a_night_sends_as_many_statements_for_thirty_customers_as_for_three(
    north, make_customer, own
):
    counts = []
    for number, days in ((3, -30), (30, 0)):
        for _ in range(number):
            own(make_customer())
        day = north.day(AD + D(days))
        rollup.refresh(north, day=day)
        with counted() as captured:
            post_notices(north, day=day)
        counts.append(len(captured))
    assert counts[0] == counts[1], counts
    assert len(emails()) == 3 + 33


# --- The manager's digest


def sections(address: str) -> dict[str, list[str]]:
    digest = Email.objects.filter(template="manager_digest", to_address=address).latest("pk")
    return {
        section["title"]: [row["organization"] for row in section["rows"]]
        for section in digest.context["sections"]
    }


def test_the_digest_tells_of_renewals_in_one_email(north, alice, make_customer, own, buy):
    first, second = make_customer(name="First"), make_customer(name="Second")
    own(first)
    own(second)
    buy("2026-04-23", of=make_customer(name="Third"))  # Overdue from the 24th of May.
    today = dt.date(2026, 5, 24)
    run_night(north, today=today)
    assert post_digests(north, day=north.day(today)) == 1
    assert sections(alice.email) == {
        "Overdue: new purchase authorizations are blocked": ["Third"],
        "The renewal window has opened": ["First", "Second"],
    }
    digest = Email.objects.get(template="manager_digest")
    assert digest.context["path"] == "/orders/?mine=1"
    assert post_digests(north, day=north.day(today)) == 0


def test_the_digest_leaves_out_what_was_renewed_before_the_morning(
    north, alice, make_customer, own, renew
):
    first, second = make_customer(name="First"), make_customer(name="Second")
    own(first)
    own(second)
    nights(north, 0, 0)
    renew(first, 0, quantity=5)
    post_digests(north, day=north.day(AD))
    assert sections(alice.email) == {"Not renewed at the anniversary date": ["Second"]}
    path = Email.objects.get(template="manager_digest").context["path"]
    assert path == "/customers/?show=ready&mine=1"


@pytest.mark.parametrize(
    ("days", "title"),
    [
        (-30, "The renewal window has opened"),
        (0, "Not renewed at the anniversary date"),
        (23, "Not renewed: access ends within a week"),
        (31, "Not renewed: the licenses are gone"),
    ],
)
def test_each_morning_has_its_title(north, alice, customer, own, days, title):
    own(customer)
    nights(north, days, days)
    post_digests(north, day=north.day(AD + D(days)))
    assert sections(alice.email) == {title: [customer.name]}
