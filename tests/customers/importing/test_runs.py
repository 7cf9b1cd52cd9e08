"""Importing a reseller's existing customers: what becomes of them, again and for real."""

from __future__ import annotations

import csv
import datetime as dt
import random
import time

import pytest
from django.db import IntegrityError

from authorizations import invariants
from customers import tally
from customers.actions import import_rows as verb
from customers.invitations.status import invitation_status
from customers.models import Customer, CustomerEvent, Invitation
from notifications.models import Email
from reseller_console.demo.organizations import organizations
from reseller_console.demo.people import email_of, person_in
from reseller_console.demo.places import address_in
from tests.conftest import TODAY
from tests.customers.importing.lines import GOOD, run


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


def test_an_import_without_invitations_leaves_a_sound_database(write, ada, sam):
    run(write({}, {"organization_name": "Other", "contact_email": "other@other.example"}))
    assert not Invitation.objects.exists()
    assert invariants.broken() == []


def test_a_customer_that_was_invited_has_a_link(customer):
    """The twin: only those that were imported are excused."""
    Invitation.objects.filter(customer=customer).delete()
    assert any("invitation link" in line for line in invariants.broken())


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


def test_who_imports_manages_unless_the_file_says_otherwise(write, alice, ada):
    path = write({"managed_by": "ADA@north.example"}, {"organization_name": "Other"})
    run(path, "--by", "alice@north.example")
    managers = dict(Customer.objects.values_list("name", "managed_by__name"))
    assert managers == {GOOD["organization_name"]: ada.name, "Other": alice.name}
    assert {event.by for event in CustomerEvent.objects.all()} == {alice}


def test_an_accepted_customer_was_invited_that_day_and_its_custom_date_has_rolled(write, north):
    path = write({"accepted_on": "2023-01-10", "custom_anniversary_on": "2025-01-31"})
    assert run(path)[1] == 0
    customer = Customer.objects.get()
    assert customer.invited_on == dt.date(2023, 1, 10)
    assert customer.accepted_at.date() == dt.date(2023, 1, 10)
    assert customer.first_anniversary_on == dt.date(2025, 1, 31)
    assert customer.anniversary_on == dt.date(2026, 1, 31)


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
    assert run(path, "--same-name")[0] == ["2 imported, 1 already there, 0 refused"]
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


@pytest.mark.whole  # 10,232 rows, twice.
def test_all_real_organizations_but_four_go_in_and_a_second_time_none(real_file, north):
    began = time.monotonic()
    lines, code = run(real_file, "--same-name")
    took = time.monotonic() - began
    assert code == 1
    assert lines[-1] == "10,228 imported, 0 already there, 4 refused"
    assert len(lines) == 5
    assert all("organization_name: " in line for line in lines[:-1])
    assert Customer.objects.filter(reseller=north).count() == 10_228
    assert took < 60
    lines, _ = run(real_file, "--same-name")
    assert lines[-1] == "0 imported, 10,228 already there, 4 refused"
    assert Customer.objects.count() == 10_228
    assert tally.drift(north.pk, north.day()) == 0
