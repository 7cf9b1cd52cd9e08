"""What is told of a customer and of its emails stands in one place, as `test_one_text` has it."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from authorizations.night.run import run_night
from customers.actions.admins import AdminDetails, invite_admin
from customers.actions.invitation import resend_invitation
from customers.invitations import status as invitation
from customers.invitations.status import InvitationStatus
from customers.models import Invitation
from notifications import delivery
from notifications.actions import send_again
from notifications.delivery import Delivery
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.states import Rules
from tests import personas
from tests.personas import day_of
from tests.rules.reading import badge, date_in, facts, section, text_of
from tests.rules.telling import exported, in_admin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_kept_from_other_rules")]

AD, NEXT_AD = dt.date(2027, 1, 30), dt.date(2028, 1, 30)
# Nothing is renewed: the date moves on the 31st day after it.
MOVES = dt.date(2027, 3, 2)


@pytest.mark.parametrize("expires", [True, False])
def test_the_status_of_an_invitation(
    customer, alice, ops, look, login, set_today, monkeypatch, expires
):
    usual = invitation.rules

    def never_expired(today):
        rules = usual(today)
        rules.ordered[2] = (InvitationStatus.EXPIRED, Q(pk=None))
        return rules

    if not expires:
        monkeypatch.setattr(invitation, "rules", never_expired)
    on = customer.invitation_expires_on + dt.timedelta(days=1)
    details = look(customer.get_absolute_url(), on)
    answers = {
        "list": "Expired" in text_of(look("/customers/", on).find(".//table//tbody")),
        "details": badge(facts(details)["VIP Invitation status"]) == "Expired",
        "file": exported(login, alice, set_today, "VIP Invitation status", on) == "Expired",
        "admin": in_admin(look, ops, "invitation=expired", on),
    }
    assert answers == dict.fromkeys(answers, expires)


@pytest.fixture
def moving_later():
    """Let anniversary dates move a day later than by the rule, in the text that has it."""
    rule = "WHILE anniversary + closes_days < today OR"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('console_anniversary'::regproc)")
        (text,) = cursor.fetchone()
    assert text.count(rule) == 1
    name = connection.settings_dict["NAME"]
    with psycopg.connect(django_settings.DATABASE_OWNER_URL, dbname=name, autocommit=True) as owner:
        owner.execute(text.replace(rule, rule.replace("closes_days", "closes_days + 1")))
        yield
        owner.execute(text)


@pytest.fixture
def dated(make_customer, vera, buy, order):
    """A customer whose date moves on `MOVES`, and Vera's other one, whose date lies between."""
    customer = make_customer(name="Dated")
    personas.make_member(customer, vera.email, vera.name)
    order(buy(customer, "2026-01-30"), on="2026-01-30")
    between = dt.date(2027, 6, 1)
    other = make_customer(name="Between", anniversary_on=between)
    personas.make_member(other, vera.email, vera.name)
    return customer


def row_about(page, customer):
    """Return the row of a list that is about a customer."""
    rows = (row for row in page.iter("tr") if customer.vip_id in ET.tostring(row, "unicode"))
    return next(rows)


@pytest.mark.parametrize("later", [False, True])
def test_the_anniversary_date(
    dated, alice, vera, ops, north, look, login, set_today, request, later
):
    if later:
        request.getfixturevalue("moving_later")
    admin = f"/admin/customers/customer/{dated.pk}/change/"
    in_order = text_of(look("/customers/?sort=anniversary", MOVES).find(".//table//tbody"))
    in_file = exported(login, alice, set_today, "Anniversary date", MOVES, "?q=dated")
    told = {
        "list": date_in(row_about(look("/customers/", MOVES), dated)),
        "details": date_in(facts(look(dated.get_absolute_url(), MOVES))["Anniversary date"]),
        "its admins": date_in(
            facts(look(dated.get_member_url(), MOVES, by=vera))["Anniversary date"]
        ),
        "home of its admins": date_in(row_about(look("/member/", MOVES, by=vera), dated)),
        "file": dt.date.fromisoformat(in_file),
    }
    said = {
        "order of the list": in_order.index("Dated") < in_order.index("Between"),
        "list of the admin": f"{AD:%-d %B %Y}"
        in text_of(row_about(look("/admin/customers/customer/", MOVES, by=ops), dated)),
        "page of the admin": f"{AD:%-d %B %Y}" in text_of(look(admin, MOVES, by=ops)),
    }
    run_night(north, today=MOVES)
    dated.refresh_from_db()
    told["night"] = dated.anniversary_on
    assert told == dict.fromkeys(told, AD if later else NEXT_AD)
    assert said == dict.fromkeys(said, later)


@pytest.fixture
def bounced(customer, alice, vera, make_customer, pinned_today):
    """Two emails that came back: an invitation, and the one to a further admin of `customer`."""
    other = make_customer(name="Unreached")
    resend_invitation(other, by=alice, day=day_of(other, pinned_today))
    pia = AdminDetails("Pia", "Pärn", "pia@customer.example", "en")
    invite_admin(customer, details=pia, by=vera, day=day_of(customer, pinned_today))
    now = timezone.now()
    Email.objects.update(sent_at=now, bounced_at=now)
    return Invitation.objects.in_force().get(customer=other)


@pytest.mark.parametrize("counts", [True, False])
def test_the_delivery_of_an_email(
    customer, bounced, alice, vera, ops, look, login, set_today, settings, monkeypatch, counts
):
    settings.MAIL_PROVIDER = "mailbox"
    if not counts:
        others = [(state, q) for state, q in delivery.RULES.ordered if state != Delivery.BOUNCED]
        monkeypatch.setattr(delivery, "RULES", Rules(others, delivery.RULES.otherwise))
    on, email = customer.reseller.today(), bounced.email
    unreached = look(bounced.customer.get_absolute_url(), on)
    admins = facts(look(customer.get_absolute_url(), on))["VIP admins"]
    by_themselves = look(f"{customer.get_member_url()}admins/", on, by=vera)
    mailbox = look("/mailbox/", on, by=ops).find(".//table//tbody")
    in_mailbox = facts(look(f"/mailbox/{email.pk}/", on, by=ops))["Delivery"]
    listed = row_about(look("/customers/", on), bounced.customer)
    answers = {
        "list": "Bounced" in text_of(listed),
        "file": exported(login, alice, set_today, "Invitation mail", on, "?q=unreached")
        == "Bounced",
        "details": "Bounced" in text_of(facts(unreached)["VIP Invitation status"]),
        "activity": "Bounced" in text_of(section(unreached, "Activity")),
        "admins": "Bounced" in text_of(admins),
        "what the manager reads": "can send it again" in text_of(admins),
        "what admins read": "Check the address" in text_of(by_themselves),
        "mailbox": "Bounced" in text_of(mailbox),
        "email": "Bounced" in text_of(in_mailbox),
        "admin": in_admin(look, ops, "delivery=bounced", on, "email"),
        "sending again": may_be_sent_again(email, ops),
    }
    assert answers == dict.fromkeys(answers, counts)


def may_be_sent_again(email: Email, ops) -> bool:
    """Whether ops can send an email once more."""
    try:
        send_again(email, by=ops)
    except ActionRefused:
        return False
    return True
