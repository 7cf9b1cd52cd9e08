"""What VIP admins are told of a term that ends: each email once, on its day."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.models import Notice
from authorizations.night.run import run_night
from tests.authorizations.term_notices.nights import AD, D, emails, nights


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
