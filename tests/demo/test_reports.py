"""The demonstration has order reports of distributors, with every outcome a line can have."""

from __future__ import annotations

from collections import defaultdict

import pytest

from authorizations.models import OrderReport, Outcome

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]

LEAST = 3


@pytest.mark.parametrize("seller", ["North", "South"])
def test_there_are_reports_to_record_known_ones_and_one_without_columns(seller):
    reports = OrderReport.objects.filter(reseller__name=seller)
    assert reports.count() >= LEAST
    assert reports.exclude(fault="").count() == 1
    found = defaultdict(set)
    for report in reports:
        for line in report.lines.all():
            assert line.explanation
            found[line.outcome].add(line.vip_id)
    assert {outcome: len(of) >= LEAST for outcome, of in found.items()} == dict.fromkeys(
        Outcome.values, True
    )
