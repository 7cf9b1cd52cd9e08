"""Who is told of a term that ends, once, however many nights run and stop."""

from __future__ import annotations

import itertools
import threading
import uuid

import pytest
from django.db import connections

from authorizations.models import Notice
from authorizations.night import notices
from authorizations.night.digest import post_digests
from authorizations.night.notices import owed, post_notices, take_as_told
from authorizations.night.run import AlreadyRunning, run_night
from authorizations.rules import rollup
from customers.models import Customer, CustomerEvent
from notifications import outbox
from notifications.models import Email
from tests.authorizations.term_notices.nights import AD, D, emails, nights, reckon
from tests.counting import counted


def test_a_withdrawn_customer_gets_no_email_and_hears_of_the_term_once_it_is_back(
    north, customer, own
):
    own(customer)
    Customer.objects.filter(pk=customer.pk).update(withdrawn_at="2026-01-02T00:00Z")
    nights(north, -30, 1)
    assert emails() == []
    assert not Notice.objects.exists()
    Customer.objects.filter(pk=customer.pk).update(withdrawn_at=None)
    nights(north, 2, 3)
    assert emails() == ["renewal_due"]


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
