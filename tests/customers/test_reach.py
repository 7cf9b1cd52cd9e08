"""The first rows of a list that no index holds in its order."""

from __future__ import annotations

import pytest

from customers.models import Customer
from reseller_console.lib.lists import gather, ids_of, walk


@pytest.fixture
def seven(make_customer):
    """Seven customers by name, every second one of them for education."""
    return [make_customer(name=f"c{n}", segment=["COM", "EDU"][n % 2]).pk for n in range(7)]


@pytest.mark.parametrize(
    ("slice_", "limit", "places"),
    [(7, 9, [1, 3, 5]), (7, 2, [1, 3]), (4, 9, [1, 3]), (1, 9, []), (2, 1, [1])],
)
def test_a_walk_finds_what_matches_among_so_many_rows(alice, seven, slice_, limit, places):
    everybody = Customer.objects.of(alice)
    ordered = everybody.order_by("name_sort", "id")[:slice_]
    matches = ids_of(everybody.filter(segment="EDU", search_text__contains="c"))
    found = Customer.objects.filter(pk__in=walk(ordered, matches, limit=limit))
    assert sorted(found.values_list("pk", flat=True)) == [seven[place] for place in places]


@pytest.mark.parametrize("downwards", [False, True])
def test_what_is_gathered_is_the_first_of_all_that_match(alice, seven, downwards):
    matches = Customer.objects.of(alice).filter(segment="COM")
    ids = gather(matches, ["name_sort", "id"], downwards=downwards, limit=2)
    found = Customer.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    assert list(found) == ([seven[4], seven[6]] if downwards else [seven[0], seven[2]])


def test_both_are_made_of_statements_that_stay_whole(alice, seven):
    """Nothing is cut out of what Django writes, whose form is Django's own affair."""
    everybody = Customer.objects.of(alice)
    ordered, matches = everybody.order_by("name_sort")[:5], everybody.filter(segment="EDU")
    walked = walk(ordered, ids_of(matches), limit=3).sql
    for part in (ordered.query.sql_with_params(), ids_of(matches)):
        assert f"({part[0]})" in walked
    gathered = gather(matches, ["name_sort"], downwards=False, limit=3).sql
    assert f"({matches.order_by().values_list('pk', 'name_sort').query.sql_with_params()[0]})" in (
        gathered
    )
