"""Notify of a renewal: who gets what, how often, and what is remembered of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from authorizations.actions.erase import erase_person
from authorizations.actions.notify_renewal import notify_renewal
from authorizations.models import PurchaseKind, RenewalContact
from authorizations.renewing.contacts import last_contacts
from customers.admins.recipients import Recipient
from customers.models import CustomerEvent
from notifications import rendering
from notifications.delivery import Delivery
from notifications.models import Email, Suppression
from notifications.tracking.reasons import Reason
from reseller_console.lib.refusals import ActionRefused
from tests.counting import counted
from tests.each import each
from tests.notifications.facts import NOTICE
from tests.personas import day_of, make_member

pytestmark = pytest.mark.django_db


def notices() -> list[str]:
    rows = Email.objects.filter(template="renewal_notice").order_by("pk")
    return list(rows.values_list("to_address", flat=True))


@pytest.fixture
def notify(alice, pinned_today, set_today):
    """Return a function that notifies a customer, or several, and returns how it was refused."""

    def notified(customers, *, on: str = "", **more) -> str:
        some = customers if isinstance(customers, list) else [customers]
        today = set_today(on) if on else pinned_today
        try:
            notify_renewal(some, by=more.pop("by", alice), day=day_of(some, today), **more)
        except ActionRefused as refusal:
            return refusal.code
        finally:
            set_today(pinned_today)
        return "sent"

    return notified


@pytest.fixture
def due(customer, own):
    """A customer with 7 licenses to renew at 20 March 2026."""
    own(customer, quantity=7)
    customer.refresh_from_db()
    return customer


def suppress(customer, address: str) -> None:
    Suppression.objects.create(
        reseller=customer.reseller,
        address=address,
        address_key=address.lower(),
        reason=Reason.HARD_BOUNCE,
        since_at=timezone.now(),
    )


@each(
    ("on", "outcome"),
    [
        ("2025-12-20", "not_due"),
        ("2025-12-21", "sent"),
        ("2026-02-17", "sent"),
        ("2026-02-18", "sent"),
        ("2026-04-19", "sent"),
        ("2026-04-20", "not_due"),
    ],
)
def test_only_whoever_is_in_upcoming_or_ready_is_notified(due, notify, on, outcome):
    assert notify(due, on=on) == outcome


def test_with_everything_renewed_there_is_nothing_to_notify_of(customer, buy, notify):
    buy("2025-03-20")
    assert notify(customer) == "not_due"


@each(
    ("days", "outcome"),
    [(0, "contacted_lately"), (6, "contacted_lately"), (7, "contacted_lately"), (8, "sent")],
)
def test_within_seven_days_another_one_is_asked_about(due, notify, days, outcome):
    first = dt.date(2026, 3, 2)
    assert notify(due) == "sent"
    assert notify(due, on=(first + dt.timedelta(days)).isoformat()) == outcome


def test_the_question_names_the_date_and_the_colleague_and_is_answered_by_the_tick(
    due, notify, ada, alice, pinned_today
):
    notify(due, by=ada)
    with pytest.raises(ActionRefused) as refused:
        notify_renewal([due], own_text="", again_ok=False, by=alice, day=day_of(due, pinned_today))
    assert "Summit Design was notified on 2 March 2026 by Ada Ahlberg." in str(refused.value)
    assert refused.value.field == "again_ok"
    assert notify(due, again_ok=True) == "sent"
    assert notify(due, again_ok=True) == "sent"
    assert notify(due, again_ok=True) == "often"
    assert len(notices()) == 3


def test_every_vip_admin_gets_it_in_the_own_language_and_nobody_once_withdrawn(
    due, notify, vip_terms, make_customer, own
):
    vera = make_member(due, "vera@customer.example", "Vera Vaher", accepts=vip_terms)
    make_member(due, "viktor@customer.example", "Viktor Vask")
    vera.language = "et"
    vera.save(update_fields=["language"])
    due.refresh_from_db()
    assert notify(due) == "sent"
    languages = Email.objects.filter(template="renewal_notice").values_list("language", flat=True)
    assert sorted(notices()) == ["vera@customer.example", "viktor@customer.example"]
    assert sorted(languages) == ["en", "et"]
    gone = make_customer(invited_on=dt.date(2025, 1, 1))
    own(gone)
    gone.withdrawn_at = timezone.now()
    gone.save(update_fields=["withdrawn_at"])
    assert notify([due, gone], again_ok=True) == "withdrawn"
    assert len(notices()) == 2


def test_before_anybody_has_joined_the_contact_gets_it(due, notify):
    assert notify(due, own_text="Shall we\nkeep all?") == "sent"
    written = rendering.write(Email.objects.get(template="renewal_notice"))
    assert notices() == [due.contact_email]
    assert written.subject == "Summit Design: your licenses renew on 20 March 2026"
    for words in (
        "* 7 licenses of Test Photoshop",
        "Can be renewed until: 19 April 2026",
        "Alice Adams writes:\nShall we\nkeep all?\n",
    ):
        assert words in written.text
    assert "What is not renewed is removed on 20 April 2026." in " ".join(written.text.split())


def test_it_is_the_last_contact_and_stands_in_the_activity(due, notify, alice):
    assert last_contacts([due.pk]) == {}
    notify(due)
    email = Email.objects.get(template="renewal_notice")
    contact = last_contacts([due.pk])[due.pk]
    assert (contact.on, contact.by) == (dt.date(2026, 3, 2), "Alice Adams")
    assert (contact.state, contact.email_pk) == (Delivery.QUEUED, email.pk)
    event = CustomerEvent.objects.get(kind=PurchaseKind.NOTIFIED)
    assert event.by == alice
    assert event.details == {"date": "2026-03-20", "to": due.contact_email}
    email.delete()
    assert last_contacts([due.pk])[due.pk].state is None


def test_of_several_recipients_the_one_it_came_back_from_is_told(due, notify, vip_terms):
    make_member(due, "vera@customer.example", "Vera Vaher", accepts=vip_terms)
    make_member(due, "viktor@customer.example", "Viktor Vask")
    due.refresh_from_db()
    notify(due)
    late = Email.objects.filter(to_address="viktor@customer.example", template="renewal_notice")
    late.update(sent_at=timezone.now(), bounced_at=timezone.now(), return_reason=Reason.HARD_BOUNCE)
    with counted(1):
        assert last_contacts([due.pk])[due.pk].state is Delivery.BOUNCED


def test_where_nothing_is_sent_another_recipient_gets_it(due, notify):
    suppress(due, due.contact_email)
    assert notify(due) == "closed"
    other = Recipient("boss@customer.example", "", "de")
    suppress(due, "closed@customer.example")
    assert notify(due, to=Recipient("closed@customer.example", "", "de")) == "closed"
    assert notify(due, to=other) == "sent"
    assert notices() == ["boss@customer.example"]
    event = CustomerEvent.objects.get(kind=PurchaseKind.NOTIFIED)
    assert event.details["to"] == "boss@customer.example"
    written = rendering.write(Email.objects.get(template="renewal_notice"))
    assert "Alice Adams" in written.text.rpartition("\n-- \n")[2]


@each(
    ("text", "outcome"),
    [
        ("x" * 1_000, "sent"),
        ("x" * 1_001, "text"),
        ("<b>now</b>", "text"),
        ("=?utf-8?q?now?=", "text"),
        ("now\u202ewon", "text"),
        ("line\r\n\r\nBcc: eve@evil.example", "sent"),
    ],
)
def test_own_lines_are_plain_text_of_a_thousand_characters(due, notify, text, outcome):
    assert notify(due, own_text=text) == outcome


def test_own_lines_are_never_markup_links_or_headers():
    lines = ["<script>x</script>", "{{ organization }}", "https://evil.example/", "Bcc: e@e.ee"]
    email = Email(template="renewal_notice", context=NOTICE | {"own_lines": lines})
    written = rendering.write(email)
    assert "&lt;script&gt;" in written.html and "<script" not in written.html
    assert "href" not in written.html and "{{ organization }}" in written.text
    assert not any(line in written.subject for line in lines)


def test_all_are_notified_or_none(due, notify, make_customer):
    assert notify([due, make_customer()]) == "not_due"
    assert notices() == [] and RenewalContact.objects.count() == 0


def test_the_number_of_statements_is_the_same_for_three_and_for_thirty(
    make_customer, own, notify, set_today, pinned_today
):
    set_today("2025-01-01")
    made = [make_customer() for _ in range(33)]
    set_today(pinned_today)
    for customer in made:
        own(customer)
    numbers = []
    for some in (made[:3], made[3:]):
        with counted() as captured:
            assert notify(some) == "sent"
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] and len(notices()) == 33


def test_the_database_keeps_contacts_inside_a_reseller(due, charlie, pinned_today):
    row = RenewalContact(
        reseller=due.reseller,
        customer=due,
        anniversary_on=pinned_today,
        sent_by=charlie,
        sent_on=pinned_today,
        sent_at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match="same_tenant"), transaction.atomic():
        row.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_address_that_was_only_typed_is_erased_too(due, notify, ops):
    notify(due, to=Recipient("boss@customer.example", "", "en"))
    erase_person("boss@customer.example", reason="asked", by=ops)
    assert "boss@customer.example" not in notices()
    event = CustomerEvent.objects.get(kind=PurchaseKind.NOTIFIED)
    assert "boss" not in str(event.details)
