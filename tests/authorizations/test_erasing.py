"""A person's data: a copy of it, and erasing it from everywhere."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.html import escape

from authorizations.actions.erase import erase_person
from authorizations.models import Assignment
from authorizations.persons.export import export
from authorizations.persons.found import find
from customers import emails
from customers.actions.member_accounts import close_account
from customers.actions.team import deactivate
from customers.models import AdminInvitation, Membership, TermsAcceptance
from notifications.models import Email
from notifications.tracking import suppressions
from reseller_console.accounts.actions.calendar_feed import create_feed
from reseller_console.accounts.actions.invite import invite
from reseller_console.accounts.models import CalendarFeed, Erasure, TeamEvent, User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTerms, VipTermsText
from tests.authorizations.pages import many
from tests.authorizations.wilhelmina import (
    ADDRESS,
    NAME,
    NEEDLES,
    WHY,
    be_admin,
    be_contact,
    be_invited,
    be_licensed,
    be_talked_about,
    be_written_to,
    put,
)
from tests.each import each

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def left() -> list[str]:
    """Return the tables in which anything of the person stands, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            for needle in NEEDLES:
                sql = f"SELECT t::text FROM {table} t WHERE t::text ILIKE %s"
                cursor.execute(sql, [f"%{needle}%"])
                found += [f"{table}: {row[0]}" for row in cursor.fetchall()]
    return found


@pytest.fixture
def known(make_customer, vip_terms, ops, photoshop):
    """A person who is, or was, everything at one customer; her account is closed."""
    customer = be_contact(make_customer, ops)
    person = be_admin(customer, vip_terms)
    be_written_to(customer, person, vip_terms)
    be_licensed(customer, photoshop)
    be_invited(customer)
    be_talked_about(customer, ops)
    close_account(person, by=ops)
    return customer


def test_nothing_of_the_person_is_left_and_the_pages_work(known, login, alice, ops, vip_terms):
    assert len({line.partition(":")[0] for line in left()}) >= 10
    erasure = erase_person(ADDRESS, reason=WHY, by=ops)
    assert left() == []
    known.refresh_from_db()
    assert known.contact_email == erasure.placeholder
    accepted = TermsAcceptance.objects.get(customer=known, terms=vip_terms)
    assert (accepted.accepted_name, accepted.accepted_by.name) == ("Erased person",) * 2
    for who, path in (
        (alice, known.get_absolute_url()),
        (alice, "/customers/"),
        (ops, f"/admin/customers/customer/{known.pk}/change/"),
        (ops, f"/admin/accounts/user/{accepted.accepted_by_id}/change/"),
        (ops, "/admin/accounts/erasure/"),
        (ops, "/mailbox/"),
    ):
        assert login(who).get(path).status_code == 200, path
    page = login(alice).get(known.get_absolute_url()).content.decode()
    assert "erased a person" in page


def test_the_address_gets_no_email_still_and_is_known_by_its_digest_alone(known, ops):
    erase_person(ADDRESS, reason=WHY, by=ops)
    assert suppressions.in_force(known.reseller, ADDRESS).exists()
    AdminInvitation.objects.update(address_key=ADDRESS.lower())
    closed = suppressions.suppressed(reseller="reseller", address_key="address_key")
    assert AdminInvitation.objects.filter(closed).exists()
    assert not suppressions.in_force(known.reseller, "other@lost.example").exists()


def test_where_the_person_was_an_admin_only_the_contact_stays(known, ops, make_customer):
    customer = make_customer(
        name="Served as well", contact_email="other@served.example", accepted_at=timezone.now()
    )
    account = User.objects.with_address(ADDRESS).get()
    Membership.objects.create(
        reseller=customer.reseller, customer=customer, user=account, removed_at=timezone.now()
    )
    erase_person(ADDRESS, reason=WHY, by=ops)
    before = (customer.contact_name, customer.contact_email)
    customer.refresh_from_db()
    assert (customer.contact_name, customer.contact_email) == before


def test_others_with_an_address_like_it_keep_theirs(known, ops):
    like = f"jim.{ADDRESS} {ADDRESS}.com"
    email = Email.objects.create(
        reseller=known.reseller,
        about=known.vip_id,
        template="paid",
        key="like",
        to_address="x@x.example",
        text=like,
        subject="s",
        not_before_at=timezone.now(),
        sent_at=timezone.now(),
    )
    erase_person(ADDRESS, reason=WHY, by=ops)
    email.refresh_from_db()
    assert email.text == like


def test_what_people_accept_keeps_its_words(known, program, ops):
    terms = VipTerms.objects.create(program=program, version=2)
    words = f"Write to {ADDRESS}."
    text = VipTermsText.objects.create(terms=terms, language="en", body=words)
    terms.published_at = timezone.now()
    terms.save(update_fields=["published_at"])
    erase_person(ADDRESS, reason=WHY, by=ops)
    text.refresh_from_db()
    assert text.body == words


def test_a_colleague_is_erased_from_all_the_reseller_has(north, ada, ops, make_customer, login):
    [person] = invite(
        north, addresses=[ADDRESS], role="manager", name=NAME, by=ada, today=north.today()
    )
    User.objects.filter(pk=person.pk).update(joined_at=timezone.now())
    person.refresh_from_db()
    create_feed(person, scope="managed", show="", by=person)
    assert export(find(ADDRESS))["account"]["calendar_feed"]["scope"] == "managed"
    customer = make_customer(managed_by=person)
    put(
        emails.draft_to_colleague(
            customer,
            ada,
            template="terms_accepted",
            key="t",
            context={"accepted_by": "Vera", "accepted_by_email": "v@x.example", "version": 1},
        )
    )
    with pytest.raises(ActionRefused, check=lambda error: error.code == "active"):
        erase_person(ADDRESS, reason=WHY, by=ops)
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(deactivated_at=timezone.now())
        with pytest.raises(ActionRefused, check=lambda error: error.code == "manages"):
            erase_person(ADDRESS, reason=WHY, by=ops)
        transaction.set_rollback(True)
    deactivate(person, successor=ada, by=ada, day=north.day())
    assert len({line.partition(":")[0] for line in left()}) >= 4
    erase_person(ADDRESS, reason=WHY, by=ops)
    assert left() == []
    assert TeamEvent.objects.filter(colleague=person, kind="colleague_erased", by=ops).exists()
    assert not CalendarFeed.objects.exists()
    for path in ("/team/", customer.get_absolute_url()):
        assert login(ada).get(path).status_code == 200


def needed(known, case: str, ops) -> None:
    """Make the person needed in one way."""
    account = User.objects.with_address(ADDRESS).get()
    if case == "active":
        User.objects.filter(pk=account.pk).update(deactivated_at=None)
    elif case == "last_admin":
        known.memberships.exclude(user=account).update(removed_at=timezone.now())
    elif case == "contact":
        known.memberships.update(removed_at=timezone.now())
    elif case == "licenses":
        old = Assignment.objects.get()
        # Licenses that nobody owns end by themselves.
        many(known, old.product, 1, created_on=known.reseller.today())
        Assignment.objects.create(
            reseller=known.reseller, customer=known, product=old.product, person=old.person
        )
    elif case == "invited":
        AdminInvitation.objects.update(used_at=None)


@each("case", ["active", "last_admin", "contact", "licenses", "invited"])
def test_who_is_needed_is_not_erased(known, ops, case):
    needed(known, case, ops)
    before = left()
    with pytest.raises(ActionRefused) as refused:
        erase_person(ADDRESS, reason=WHY, by=ops)
    assert refused.value.code == case
    assert left() == before
    assert not Erasure.objects.exists()


def test_only_ops_erase_and_say_why(known, ops, alice):
    for by, reason, address, code in (
        (alice, WHY, ADDRESS, "not_ops"),
        (ops, " ", ADDRESS, "reason"),
        (ops, WHY, "nobody@x.example", "unknown"),
    ):
        with pytest.raises(ActionRefused) as refused:
            erase_person(address, reason=reason, by=by)
        assert refused.value.code == code


def test_the_database_erases_in_the_audits_only_beside_a_trace(known, ops):
    earlier = Erasure.objects.create(by=ops, reason=WHY, erased_at=timezone.now() - HOUR)
    call = "SELECT console_erase_in_audits(%s, ARRAY['x@x.example'], ARRAY['Abc'], 1, '{}', '{}')"
    with pytest.raises(DatabaseError, match="written down first"), connection.cursor() as cursor:
        cursor.execute(call, [earlier.pk])


def test_a_copy_says_what_is_stored(known, ops, login):
    copy = export(find(ADDRESS.upper()))
    assert copy["account"]["name"] == NAME
    assert [row["vip_id"] for row in copy["contact_of"]] == [known.vip_id]
    assert len(copy["licenses"]) == len(copy["vip_admin_of"]) == len(copy["suppressed"]) == 1
    assert copy["emails"] and copy["account"]["accepted_terms"]
    out = StringIO()
    call_command("person_data", ADDRESS, stdout=out)
    answer = login(ops).post("/admin/accounts/erasure/add/", {"address": ADDRESS, "_download": "1"})
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.json() == json.loads(out.getvalue())


def test_ops_erase_in_the_admin_and_by_the_command(known, ops, login, alice):
    path = "/admin/accounts/erasure/add/"
    form = {"address": ADDRESS, "reason": "", "_erase": "1"}
    assert "Enter a reason" in login(ops).post(path, form).content.decode()
    assert login(alice).post(path, form | {"reason": WHY}).status_code in {302, 403, 404}
    assert left()
    asked = login(ops).post(path, form | {"reason": WHY}).content.decode()
    for what in (NAME, ADDRESS, f"{known.name} (North, {known.vip_id})", WHY):
        assert escape(what) in asked
    assert left() and not Erasure.objects.exists()
    confirmed = form | {"reason": WHY, "_confirmed": "1"}
    assert login(ops).post(path, confirmed).status_code == 302
    assert left() == []
    placeholder = Erasure.objects.get().placeholder
    call_command(
        "person_data", placeholder, erase=True, by=ops.email, reason=WHY, stdout=StringIO()
    )
    assert Erasure.objects.count() == 2
