"""What VIP admins are told of a term that ends: what is left to renew, and until when."""

from __future__ import annotations

import pytest

from authorizations.models import OrderLine, Product
from authorizations.rules.renewals import left_of
from notifications.models import Email
from tests.authorizations.returning import give_back
from tests.authorizations.term_notices.nights import AD, TEMPLATES, D, emails, nights, reckon


def told_lines() -> list[dict]:
    return Email.objects.filter(template__in=TEMPLATES).latest("pk").context["lines"]


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
    give_back(line)
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


def test_consumables_are_never_renewed(north, customer, own, photoshop):
    own(customer)
    Product.objects.filter(pk=photoshop.pk).update(unit="pack", by_authorization=False)
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
    give_back(line)
    nights(north, 35, 35)
    assert emails() == ["licenses_removed"]
