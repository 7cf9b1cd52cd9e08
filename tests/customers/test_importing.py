"""Importing a reseller's existing customers from a file."""

from __future__ import annotations

import csv
import datetime as dt
import random
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from customers import tally
from customers.actions import import_rows as verb
from customers.invitations.status import invitation_status
from customers.models import Customer, CustomerEvent, Invitation
from notifications.models import Email
from reseller_console.demo.organizations import organizations
from reseller_console.demo.people import email_of, person_in
from reseller_console.demo.places import address_in
from tests.conftest import TODAY
from tests.each import each

GOOD = {
    "organization_name": "Tartu Kõrgem Kunstikool",
    "segment": "EDU",
    "types": "team;enterprise",
    "country": "EE",
    "region": "",
    "city": "Tartu",
    "address_1": "Tähe 38b",
    "address_2": "",
    "postal_code": "50103",
    "contact_first": "Mari",
    "contact_last": "Kask",
    "contact_email": "Mari.Kask@kunstikool.example",
    "language": "et",
}


@pytest.fixture(autouse=True)
def team(ada, alice, bob, charlie):
    """North's team, and somebody at South."""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes rows to a file; each row changes the good one."""

    def to_file(*rows: dict[str, str], delimiter=",", encoding="utf-8", header=None):
        path = tmp_path / "customers.csv"
        columns = header or list(dict.fromkeys([*GOOD, *(name for row in rows for name in row)]))
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, columns, delimiter=delimiter, restval="")
            writer.writeheader()
            writer.writerows(GOOD | row for row in rows)
        return path

    return to_file


def run(path, *options: str, reseller="North") -> tuple[list[str], int]:
    """Return the lines printed, without the progress, and the exit code."""
    out = StringIO()
    code = 0
    try:
        call_command("import_customers", str(path), "--reseller", reseller, *options, stdout=out)
    except SystemExit as ended:
        code = int(ended.code)
    return [line for line in out.getvalue().splitlines() if not line.endswith("...")], code


def test_a_good_line_becomes_a_customer(write, north, ada):
    assert run(write({})) == (["1 imported, 0 already there, 0 refused"], 0)
    customer = Customer.objects.get()
    assert customer.reseller == north
    assert customer.name == GOOD["organization_name"]
    assert customer.segment == "EDU"
    assert customer.offerings == ["team", "enterprise"]
    assert (customer.city, customer.postal_code) == ("Tartu", "50103")
    assert customer.contact_email == GOOD["contact_email"]
    assert customer.language == "et"
    assert customer.managed_by == ada
    assert customer.invited_on == TODAY
    assert CustomerEvent.objects.get().kind == "customer_imported"
    saved = Customer.objects.get()
    saved.derive_keys()
    for name in Customer.DERIVED_FIELDS:
        assert getattr(saved, name) == getattr(customer, name)


def test_nobody_is_mailed_unless_asked(write):
    run(write({}))
    assert not Email.objects.exists()
    assert not Invitation.objects.exists()
    state = Customer.objects.annotate(state=invitation_status(TODAY)).get().state
    assert state == "expired"


def test_invite_mails_those_who_have_not_accepted(write, north):
    path = write(
        {"accepted_on": "2025-01-10"},
        {"organization_name": "Other", "contact_email": "other@other.example"},
    )
    assert run(path, "--invite")[1] == 0
    assert [email.to_address for email in Email.objects.all()] == ["other@other.example"]
    link = Invitation.objects.get()
    assert link.customer.name == "Other"
    assert link.email == Email.objects.get()
    assert link.expires_on == TODAY + dt.timedelta(days=30)
    assert link.customer.invitation_expires_on == link.expires_on
    run(path, "--invite")
    assert Email.objects.count() == 1


def test_a_second_run_adds_nothing(write):
    path = write({}, {"organization_name": "Other"})
    run(path)
    assert run(path) == (["0 imported, 2 already there, 0 refused"], 0)
    assert Customer.objects.count() == 2


def test_the_same_organization_and_contact_is_there_whatever_the_case(write):
    run(write({}))
    path = write(
        {
            "organization_name": "  TARTU  kõrgem   kunstikool",
            "contact_email": "MARI.KASK@kunstikool.example",
        }
    )
    assert run(path)[0] == ["0 imported, 1 already there, 0 refused"]


def test_the_same_vip_id_is_there(write):
    run(write({"vip_id": "00000000000000000abc"}))
    assert Customer.objects.get().vip_id == "00000000000000000ABC"
    again = write({"vip_id": "00000000000000000ABC", "organization_name": "Renamed since"})
    assert run(again)[0] == ["0 imported, 1 already there, 0 refused"]


def test_a_vip_id_of_another_reseller_is_refused_without_a_word_about_it(write, sam):
    run(write({"vip_id": "00000000000000000ABC"}), reseller="South")
    lines, code = run(write({"vip_id": "00000000000000000ABC"}))
    assert lines == [
        "line 2, vip_id: This VIP ID cannot be used.",
        "0 imported, 0 already there, 1 refused",
    ]
    assert code == 1


def test_dry_run_stores_nothing_and_tells_all(write):
    path = write({}, {"segment": "XYZ"})
    lines, code = run(path, "--dry-run")
    assert lines[-1] == "1 would be imported, 0 already there, 1 refused"
    assert code == 1
    assert not Customer.objects.exists()


@each(
    ("change", "column", "words"),
    [
        ({"organization_name": "ab"}, "organization_name", "3 to 250"),
        ({"organization_name": "A\x93B\x94 C"}, "organization_name", "U+0093"),
        ({"segment": "Kids"}, "segment", "COM, EDU or GOV"),
        ({"types": ""}, "types", "team, enterprise"),
        ({"types": "team;site"}, "types", "team, enterprise"),
        ({"country": "Narnia"}, "country", "from the list"),
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
        ({"accepted_on": "03.03.2025"}, "accepted_on", "not a date"),
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
    assert lines[0].startswith("line 3, organization_name: ")
    assert lines[-1] == "2 imported, 0 already there, 1 refused"


def test_lines_of_another_length_are_told(write):
    path = write({}, {"organization_name": "Second"})
    path.write_text(path.read_text() + "only,three,cells\n\n")
    lines, _ = run(path)
    assert lines == [
        "line 4: has 3 columns instead of 13.",
        "2 imported, 0 already there, 1 refused",
    ]


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


def test_who_imports_manages_unless_the_file_says_otherwise(write, alice, ada):
    path = write({"managed_by": "ADA@north.example"}, {"organization_name": "Other"})
    run(path, "--by", "alice@north.example")
    managers = dict(Customer.objects.values_list("name", "managed_by__name"))
    assert managers == {GOOD["organization_name"]: ada.name, "Other": alice.name}
    assert {event.by for event in CustomerEvent.objects.all()} == {alice}


def test_words_names_and_regions_of_languages_are_understood(write):
    path = write({"segment": "Commercial", "country": "Estonia", "language": "de-AT"})
    assert run(path)[1] == 0
    customer = Customer.objects.get()
    assert (customer.segment, customer.country, customer.language) == ("COM", "EE", "de")


def test_a_segment_the_reseller_may_not_sell_is_refused(write, north):
    north.segments = ["COM"]
    north.save()
    assert "may not sell" in run(write({}))[0][0]


def test_an_accepted_customer_was_invited_that_day_and_its_custom_date_has_rolled(write, north):
    path = write({"accepted_on": "2023-01-10", "custom_anniversary_on": "2025-01-31"})
    assert run(path)[1] == 0
    customer = Customer.objects.get()
    assert customer.invited_on == dt.date(2023, 1, 10)
    assert customer.accepted_at.date() == dt.date(2023, 1, 10)
    assert customer.first_anniversary_on == dt.date(2025, 1, 31)
    assert customer.anniversary_on == dt.date(2026, 1, 31)
    assert customer.rolls_on == dt.date(2026, 3, 3)


def test_the_rails_counts_know_imported_customers(write, north):
    run(write({}, {"organization_name": "Other"}))
    day = north.day()
    assert tally.drift(north.pk, day) == 0
    assert tally.rail_counts(north.pk, day)["no-products"] == 2


def test_a_customer_invited_by_somebody_else_this_moment_spoils_no_other(write, north, monkeypatch):
    """The check of the batch saw nothing, the constraint does: the rest goes in one by one."""
    run(write({}))
    monkeypatch.setattr(verb, "_new_ones", lambda reseller, rows, outcome: list(rows))
    path = write({"organization_name": "Before"}, {}, {"organization_name": "After"})
    assert run(path)[0] == ["2 imported, 1 already there, 0 refused"]
    with pytest.raises(IntegrityError):
        Customer.objects.get(name="Before").save(force_insert=True)


@pytest.fixture(scope="session")
def real_file(tmp_path_factory):
    """All real organizations with people and addresses that are made up."""
    path = tmp_path_factory.mktemp("real") / "organizations.csv"
    rng = random.Random(2026)  # noqa: S311 - nothing here is secret
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(GOOD))
        writer.writeheader()
        for number, one in enumerate(organizations(), start=1):
            person = person_in(one.country, rng)
            writer.writerow(
                {
                    "organization_name": one.name,
                    "segment": "EDU",
                    "types": rng.choice(("team", "enterprise", "team;enterprise")),
                    "contact_first": person.first_name,
                    "contact_last": person.last_name,
                    "contact_email": email_of(person, one.name, number),
                    "language": person.language,
                    **address_in(one.country, rng, region=one.region),
                }
            )
    return path


def test_all_real_organizations_but_four_go_in_and_a_second_time_none(real_file, north):
    began = time.monotonic()
    lines, code = run(real_file)
    took = time.monotonic() - began
    assert code == 1
    assert lines[-1] == "10,228 imported, 0 already there, 4 refused"
    assert len(lines) == 5
    assert all("organization_name: " in line for line in lines[:-1])
    assert Customer.objects.filter(reseller=north).count() == 10_228
    assert took < 60
    lines, _ = run(real_file)
    assert lines[-1] == "0 imported, 10,228 already there, 4 refused"
    assert Customer.objects.count() == 10_228
    assert tally.drift(north.pk, north.day()) == 0
