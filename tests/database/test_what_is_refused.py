"""What the pages refuse, the database refuses too: SQL by the application role, and its twin."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from authorizations.rules.status import AWAITS_ORDER, GONE, PAST_DUE_FROM
from customers.models import Offering
from tests.database.rows import (
    TODAY,
    D,
    Scene,
    accept,
    accepted,
    change,
    changed,
    commit,
    direct,
    dropped,
    ended,
    given,
    given_back,
    join,
    late,
    line,
    ordered,
    other_member,
    pa,
    pa_with_line,
    paid,
    paid_as,
    product,
    reordered,
    requested,
    told,
    withdrawn,
)
from tests.each import each

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(customer, make_customer, alice, charlie, vera):
    return Scene(customer, make_customer(name="Another"), alice, charlie, vera)


# The rule, what it refuses, and the twin that goes through.
RULES = [
    ("authorization_line_available", "not available by PA",
     lambda s: line(pa(s.customer), by_authorization=False), lambda s: line(pa(s.customer))),
    ("authorization_line_available", "not offered",
     lambda s: line(pa(s.customer), segments=["EDU"]),
     lambda s: line(pa(s.customer), segments=["EDU", "COM"])),
    ("authorization_line_available", "not offered",
     lambda s: line(pa(s.customer), retired_on=TODAY),
     lambda s: line(pa(s.customer), retired_on=TODAY + D(1))),
    ("authorization_line_available", "at least 100",
     lambda s: line(pa(s.customer), 99, minimum_quantity=100),
     lambda s: line(pa(s.customer), 100, minimum_quantity=100)),
    ("authorization_line_available", "at most 10000",
     lambda s: line(pa(s.customer), Offering.TEAM.most_licenses + 1),
     lambda s: line(pa(s.customer), Offering.TEAM.most_licenses)),
    ("authorization_line_quantity", "",
     lambda s: line(pa(s.customer), Offering.ENTERPRISE.most_licenses + 1, offering="enterprise"),
     lambda s: line(pa(s.customer), Offering.ENTERPRISE.most_licenses, offering="enterprise")),
    ("authorization_not_while_past_due", "is past due",
     lambda s: late(s, 31), lambda s: late(s, 30)),
    ("authorization_not_while_past_due", "is past due",
     lambda s: late(s, 395), lambda s: late(s, 396)),
    ("authorization_not_while_withdrawn", "withdrawn",
     lambda s: withdrawn(s, -D(hours=1)), lambda s: withdrawn(s, D(hours=1))),
    ("authorization_requested_by_admin", "VIP admin",
     lambda s: requested(s, s.other), lambda s: requested(s, s.customer)),
    ("authorization_created_by_reseller", "colleague of its reseller",
     lambda s: line(pa(s.customer, created_by=s.charlie)),
     lambda s: line(pa(s.customer, created_by=s.alice))),
    ("authorization_whole", "has no line",
     lambda s: pa(s.customer), lambda s: line(pa(s.customer))),
    ("authorization_number_shape", "",
     lambda s: line(pa(s.customer, number="PA-0000000I")),
     lambda s: line(pa(s.customer, number="PA-0000000J"))),
    ("authorization_dates_ascend", "",
     lambda s: line(pa(s.customer, usable_until_on=TODAY + D(364))),
     lambda s: line(pa(s.customer, usable_until_on=TODAY + D(365)))),
    ("authorization_keeps_its_dates", "keeps the customer",
     lambda s: changed(s, due_on=TODAY + D(31)), lambda s: changed(s, po_number="PO-1")),
    ("authorization_keeps_its_dates", "keeps the customer",
     lambda s: changed(s, customer=s.other), lambda s: changed(s, cancelled_at=timezone.now())),
    ("authorization_whole", "exactly its lines",
     lambda s: changed(s, order=ordered(pa_with_line(s)).order), lambda s: paid_as(s)),
    ("authorization_whole", "dated after its order",
     lambda s: paid_as(s, on=TODAY - D(1)), lambda s: paid_as(s, on=TODAY)),
    ("order_line_pays_for_its_authorization", "whole of a PA",
     lambda s: paid_as(s, quantity=4), lambda s: paid_as(s, quantity=5)),
    ("order_line_pays_for_its_authorization", "whole of a PA",
     lambda s: paid_as(s, customer=s.other), lambda s: paid_as(s, customer=s.customer)),
    ("order_line_keeps_what_it_pays", "returns alone",
     lambda s: paid(s, quantity=6), lambda s: given_back(s, 5)),
    ("return_of_what_is_left", "more is returned",
     lambda s: given_back(s, 6), lambda s: given_back(s, 5)),
    ("return_of_what_is_left", "more is returned",
     lambda s: [given_back(s, 3), given_back(s, 3, number="R-2", again=True)],
     lambda s: [given_back(s, 3), given_back(s, 2, number="R-2", again=True)]),
    ("return_inside_its_window", "outside the return window",
     lambda s: given_back(s, 1, on=TODAY + D(15)), lambda s: given_back(s, 1, on=TODAY + D(14))),
    ("return_inside_its_window", "outside the return window",
     lambda s: given_back(s, 1, on=TODAY - D(1)), lambda s: given_back(s, 1, on=TODAY)),
    ("return_number_of_one_order", "of another order",
     lambda s: [given_back(s, 1), given_back(s, 1)],
     lambda s: [given_back(s, 1), given_back(s, 1, number="R-2")]),
    ("return_stays", "stays as it was recorded",
     lambda s: change(given_back(s, 1), quantity=2), lambda s: given_back(s, 2)),
    ("dropped_renewal_stays", "stays as it was recorded",
     lambda s: change(dropped(s), quantity=2), lambda s: dropped(s)),
    ("order_line_dates_ascend", "",
     lambda s: paid_as(s, starts_on=TODAY + D(365)), lambda s: paid_as(s, starts_on=TODAY)),
    ("order_dated_after_its_authorizations", "not dated before",
     lambda s: change(ordered(pa_with_line(s)).order, ordered_on=TODAY - D(1)),
     lambda s: change(ordered(pa_with_line(s, TODAY - D(1))).order, ordered_on=TODAY - D(1))),
    ("authorizations_notice_authorization_id_same_customer", "",
     lambda s: told(s, s.other), lambda s: told(s, s.customer)),
    ("authorizations_assignment_person_id_same_customer", "",
     lambda s: given(s, to=s.other), lambda s: given(s, to=s.customer)),
    ("assignment_of_people", "not given to people",
     lambda s: given(s, to=s.customer, unit="device"), lambda s: given(s, to=s.customer)),
    ("assignment_keeps_its_person", "keeps its person",
     lambda s: change(given(s, to=s.customer), product=product()),
     lambda s: change(given(s, to=s.customer), stands_at=timezone.now() + D(1))),
    ("assignment_stays_ended", "given anew", lambda s: ended(s, None), lambda s: ended(s, "again")),
    ("order_line_most_licenses", "at most 10000",
     lambda s: direct(s, 10001), lambda s: direct(s, 10000)),
    ("authorization_keeps_its_order", "one order",
     lambda s: reordered(s, straight=True), lambda s: reordered(s, straight=False)),
    ("assignment_instants_ascend", "",
     lambda s: change(given(s, to=s.customer), stands_at=timezone.now() - D(1)),
     lambda s: change(given(s, to=s.customer), ended_at=timezone.now(), ended_because="cancelled")),
    ("customer_accepted_with_terms", "accepted with the VIP terms",
     lambda s: accepted(s, by_terms=False), lambda s: accepted(s, by_terms=True)),
    ("membership_of_accepted_customer", "has accepted",
     lambda s: join(s.other, s.vera), lambda s: join(s.customer, other_member())),
    ("acceptance_by_admin", "by a VIP admin",
     lambda s: accept(s, s.alice), lambda s: accept(s, s.vera)),
    ("acceptance_of_published_terms", "published ones",
     lambda s: accept(s, s.vera, published=False), lambda s: accept(s, s.vera)),
    ("customer_keeps_its_beginning", "keeps its VIP ID",
     lambda s: change(s.customer, vip_id="F" * 20), lambda s: change(s.customer, city="Tartu")),
    ("customer_keeps_its_offerings", "never taken away",
     lambda s: change(s.customer, offerings=["team"]),
     lambda s: change(s.customer, offerings=["enterprise", "team"])),
    ("customer_stays_accepted", "stays accepted",
     lambda s: change(s.customer, accepted_at=None), lambda s: change(s.customer, language="et")),
]  # fmt: skip


@each(("rule", "words", "broken", "kept"), RULES)
def test_a_rule_holds_for_whoever_writes(scene, rule, words, broken, kept):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        broken(scene)
        commit()
    error = refused.value.__cause__
    assert error.diag.constraint_name == rule, error
    assert error.sqlstate in ("23514", "23503")
    assert words in str(error)
    kept(scene)
    commit()


def test_every_trigger_that_refuses_is_tried():
    """Those that only count or end sessions refuse nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p"
            " WHERE prorettype = 'trigger'::regtype AND pronamespace = 'public'::regnamespace"
        )
        texts = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgfoid = 'console_facts_stay'::regproc")
        staying = {row[0] for row in cursor.fetchall()}
    named = staying | set(re.findall(r"SELECT '(\w+)',", "".join(texts)))
    assert named <= {rule for rule, *_rest in RULES}


def test_the_database_says_past_due_as_the_rule_does():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('authorization_creation_allowed'::regproc)")
        text = " ".join(cursor.fetchone()[0].split())
    awaits = AWAITS_ORDER.replace("order_id", "late.order_id").replace(
        "cancelled", "late.cancelled"
    )
    day = "made.created_on"
    assert f"{awaits} AND {PAST_DUE_FROM:late} <= {day} AND {GONE:late} > {day}" in text
