"""Accepting a new version of the VIP terms, and putting one in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from customers.actions import frame
from customers.actions import terms as verbs
from customers.actions.terms import accept_terms, customers_to_accept, draft_terms, publish_terms
from customers.admins import vip_terms as terms_module
from customers.admins.vip_terms import latest_acceptance, terms_in_force, terms_to_accept
from customers.models import CustomerEvent, TermsAcceptance
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTermsText
from tests import personas
from tests.personas import day_of


def refusal(act, *args, **terms):
    with pytest.raises(ActionRefused) as refused:
        act(*args, **terms)
    return refused.value.code


@pytest.fixture
def newer(vera, program):
    """Version 2, in force since after Vera accepted version 1."""
    return personas.make_vip_terms(program, version=2)


def test_one_admin_accepts_for_the_customer_once(customer, vera, viktor, newer, pinned_today):
    assert terms_to_accept(customer) == newer
    first = accept_terms(
        customer, terms=newer, by=viktor, language="et", day=day_of(customer, pinned_today)
    )
    assert terms_to_accept(customer) is None
    assert (first.accepted_name, first.language) == ("Viktor Vask", "en")
    second = accept_terms(
        customer, terms=newer, by=vera, language="en", day=day_of(customer, pinned_today)
    )
    assert second == first
    events = CustomerEvent.objects.filter(customer=customer, kind="terms_accepted")
    assert [(event.by, event.details) for event in events] == [(viktor, {"version": 2})]
    [email] = Email.objects.filter(template="terms_accepted")
    assert email.to_address == customer.managed_by.email


def test_only_the_newest_version_is_accepted(customer, vera, newer, program, pinned_today):
    newest = personas.make_vip_terms(program, version=3)
    by_vera = {"by": vera, "language": "en", "day": day_of(customer, pinned_today)}
    assert refusal(accept_terms, customer, terms=newer, **by_vera) == "terms"
    assert accept_terms(customer, terms=newest, **by_vera).terms == newest


def test_only_an_admin_of_the_customer_accepts(customer, vera, olaf, alice, newer, pinned_today):
    for person in (olaf, alice):
        terms = {
            "terms": newer,
            "by": person,
            "language": "en",
            "day": day_of(customer, pinned_today),
        }
        assert refusal(accept_terms, customer, **terms) == "not_admin"
    assert latest_acceptance(customer).terms.version == 1


def test_publishing_puts_a_draft_in_force(customer, vera, olaf, vip_terms, ops, make_customer):
    make_customer()
    draft = draft_terms(vip_terms, by=ops)
    assert (draft.version, draft.published_at) == (2, None)
    assert [text.body for text in draft.texts.all()] == [vip_terms.texts.get().body]
    assert refusal(draft_terms, vip_terms, by=ops) == "draft"
    assert terms_in_force(customer) == vip_terms
    assert customers_to_accept(draft) == 2
    publish_terms(draft, by=ops)
    assert terms_in_force(customer) == draft
    assert refusal(publish_terms, draft, by=ops) == "published"


def test_terms_without_english_words_are_not_published(program, ops):
    draft = personas.make_vip_terms(program, published=False)
    draft.texts.update(language="de")
    assert refusal(publish_terms, draft, by=ops) == "no_text"
    VipTermsText.objects.create(terms=draft, language="en", body=" \n ")
    assert refusal(publish_terms, draft, by=ops) == "no_text"


def test_an_old_draft_is_not_put_over_a_newer_version(program, ops):
    draft = personas.make_vip_terms(program, published=False)
    personas.make_vip_terms(program, version=2)
    assert refusal(publish_terms, draft, by=ops) == "not_newest"


def test_only_ops_publish_and_draft(vip_terms, alice, vera):
    for person in (alice, vera):
        assert refusal(publish_terms, vip_terms, by=person) == "not_ops"
        assert refusal(draft_terms, vip_terms, by=person) == "not_ops"


def accept_together(customer, vera, newer, today, times):
    """Accept many times at the same moment; return how often it was written down."""
    start = Barrier(times)

    def accept(_number):
        try:
            start.wait(60)
            accept_terms(customer, terms=newer, by=vera, language="en", day=day_of(customer, today))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        list(pool.map(accept, range(times)))
    rows = TermsAcceptance.objects.filter(customer=customer, terms__version=2).count()
    events = CustomerEvent.objects.filter(customer=customer, kind="terms_accepted").count()
    return rows, events


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_accepts_are_one(customer, vera, newer, pinned_today):
    assert accept_together(customer, vera, newer, pinned_today, 50) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_constraint_parallel_accepts_are_many(
    customer, vera, newer, pinned_today, monkeypatch
):
    looked = Barrier(4)

    def record(work, terms, *, by, language):
        looked.wait(30)
        work.event(work.customer, "terms_accepted", version=2)
        return terms_module.latest_acceptance(work.customer)

    monkeypatch.setattr(frame, "locked_all", lambda rows, *, day: list(rows))
    monkeypatch.setattr(verbs, "record_acceptance", record)
    assert accept_together(customer, vera, newer, pinned_today, 4) == (0, 4)
