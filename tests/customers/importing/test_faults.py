"""Importing a reseller's existing customers: how files are read, and faults told."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from customers.models import Customer
from tests.customers.importing.lines import GOOD, run
from tests.each import each


@each(
    ("change", "column", "words"),
    [
        ({"organization_name": "ab"}, "organization_name", "3 to 250"),
        ({"organization_name": "A\x93B\x94 C"}, "organization_name", "U+0093"),
        ({"segment": "Kids"}, "segment", "COM, EDU or GOV"),
        ({"types": ""}, "types", "team, enterprise"),
        ({"types": "team;site"}, "types", "team, enterprise"),
        ({"country": "Narnia"}, "country", "not the name or code of a country"),
        ({"country": "US", "postal_code": "95014"}, "region", "Enter the state"),
        ({"city": ""}, "city", "Enter the city"),
        ({"address_1": ""}, "address_1", "street"),
        ({"address_2": "x" * 61}, "address_2", "60"),
        ({"postal_code": "x"}, "postal_code", "looks like"),
        ({"contact_first": ""}, "contact_first", "First name"),
        ({"contact_last": "x" * 36}, "contact_last", "35"),
        ({"contact_email": "nobody"}, "contact_email", "not an email address"),
        ({"language": "Estonian"}, "language", "en or de"),
        ({"vip_id": "123"}, "vip_id", "VIP ID"),
        ({"managed_by": "bob@north.example"}, "managed_by", "nobody who may manage"),
        ({"managed_by": "charlie@south.example"}, "managed_by", "nobody who may manage"),
        ({"accepted_on": "2026-03-03"}, "accepted_on", "still to come"),
        ({"accepted_on": "03.04.2025"}, "accepted_on", "as 2025-03-04 or 2025-04-03"),
        ({"custom_anniversary_on": "2027-03-02"}, "custom_anniversary_on", "Choose a date"),
        ({"custom_anniversary_on": "soon"}, "custom_anniversary_on", "not a date"),
    ],
)
def test_each_bad_line_is_told_with_line_column_and_reason(change, column, words, write):
    lines, code = run(write({"organization_name": "A good one"}, change))
    assert code == 1
    assert lines[0].startswith(f"line 3, {column}: ")
    assert words in lines[0]
    assert lines[1:] == ["1 imported, 0 already there, 1 refused"]
    assert Customer.objects.get().name == "A good one"


def test_all_faults_of_a_line_are_told_and_the_line_counts_once(write):
    lines, _ = run(write({"segment": "?", "city": "", "contact_email": "?"}))
    assert [line.split(":")[0] for line in lines[:-1]] == [
        "line 2, segment",
        "line 2, contact_email",
        "line 2, city",
    ]
    assert lines[-1] == "0 imported, 0 already there, 1 refused"


def test_what_stands_in_the_file_twice_is_told(write):
    lines, code = run(write({}, {"organization_name": "Another"}, {}))
    assert lines == [
        "line 4, organization_name: the same organization and contact as on line 2.",
        "2 imported, 0 already there, 1 refused",
    ]
    assert code == 1
    same_id = {"vip_id": "0" * 20}
    path = write(
        same_id | {"organization_name": "First"}, same_id | {"organization_name": "Second"}
    )
    assert run(path)[0][0] == "line 3, vip_id: the same VIP ID as on line 2."


@each("delimiter", [",", ";", "\t"])
@each("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_byte_order_marks_do_not_matter(delimiter, encoding, write):
    path = write({}, delimiter=delimiter, encoding=encoding)
    assert run(path)[0] == ["1 imported, 0 already there, 0 refused"]


def test_bytes_that_are_no_utf_8_spoil_their_line_only(write):
    path = write({}, {"organization_name": "Soome Ülikool"}, {"organization_name": "Third"})
    path.write_bytes(path.read_bytes().replace("Ü".encode(), b"\xdc"))
    lines, _ = run(path)
    assert lines[0] == "line 3: has characters that are not in UTF-8."
    assert lines[-1] == "2 imported, 0 already there, 1 refused"


def test_what_a_short_line_lacks_is_told(write):
    path = write({}, {"organization_name": "Second"})
    path.write_text(path.read_text() + "only,three,cells\n\n")
    lines, _ = run(path)
    assert lines[0].startswith("line 4, segment: ")
    assert lines[-1] == "2 imported, 0 already there, 1 refused"


def test_line_numbers_count_lines_of_the_file_also_after_one_with_breaks(write):
    path = write({"organization_name": "Two\nlines"}, {"city": ""})
    assert [line.split(":")[0] for line in run(path)[0][:-1]] == [
        "line 2, organization_name",
        "line 4, city",
    ]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["organization_name"], "lacks the columns segment"),
        ([*GOOD, "phone"], "unknown columns: phone"),
        ([*GOOD, "city"], "city more than once"),
    ],
)
def test_a_file_with_other_columns_is_refused_as_a_whole(header, words, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text(",".join(header) + "\n")
    with pytest.raises(CommandError, match=words):
        run(path)


def test_a_file_or_people_that_are_not_there_are_told(write, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "missing.csv")
    with pytest.raises(CommandError, match="no reseller called West"):
        run(write({}), reseller="West")
    for nobody in ("bob@north.example", "charlie@south.example", "x@north.example"):
        with pytest.raises(CommandError, match="nobody who may"):
            run(write({}), "--by", nobody)


def test_words_names_and_regions_of_languages_are_understood(write):
    path = write({"segment": "Commercial", "country": "Estonia", "language": "de-AT"})
    assert run(path)[1] == 0
    customer = Customer.objects.get()
    assert (customer.segment, customer.country, customer.language) == ("COM", "EE", "de")


def test_a_segment_the_reseller_may_not_sell_is_refused(write, north):
    north.segments = ["COM"]
    north.save()
    assert "may not sell" in run(write({}))[0][0]
