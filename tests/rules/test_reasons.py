"""Why here, until when: what every state, filter and refusal says, on the days around its edges."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.utils import timezone, translation

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.licenses import state_reasons
from authorizations.licenses.queue import State
from authorizations.models import Outcome, PurchaseAuthorization
from authorizations.night.run import run_night
from authorizations.renewing.notifying import look_up
from authorizations.rules import reasons
from authorizations.rules.status import BEGINS, Status
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.invitations import reasons as invitation_reasons
from customers.invitations.status import InvitationStatus
from notifications.delivery import Delivery
from notifications.models import Email
from notifications.rendering import write
from reseller_console.accounts.membership import Membership
from reseller_console.lib.reasons import Reason
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.states import StateChoices

pytestmark = pytest.mark.django_db

# A PA of this day is due on 1 March, Overdue from 2 March, Suspended from 1 April; its term ends
# on 30 January 2027, its licenses are removed on 2 March 2027.
BOUGHT = "2026-01-30"
LATE = dt.date(2026, 3, 2)


def on(day: dt.date, pa) -> PurchaseAuthorization:
    return PurchaseAuthorization.objects.on(day).select_related("order").get(pk=pa.pk)


def why(pa, day: dt.date) -> Reason:
    row = on(day, pa)
    return reasons.reason_of(Status(row.status), row, seller=pa.customer.reseller, today=day)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-03-01", "created on 30 January 2026 and its order is due by 1 March 2026, 30 days"),
        ("2026-03-01", "Overdue from 2 March 2026"),
        ("2026-03-01", "North can record the order on any day, or cancel it until 1 March 2026."),
        ("2026-03-02", "is overdue: its order was due on 1 March 2026, 30 days after it was"),
        ("2026-03-31", "work until 31 March 2026; from 1 April 2026 they are suspended"),
        ("2026-03-31", "North clears it by recording the order; it cannot be cancelled any more."),
        ("2026-04-01", "is suspended: its order was due on 1 March 2026 and has not been recorded"),
        ("2026-04-01", "have not worked since 1 April 2026."),
        ("2027-03-01", "Without an order they are removed for good on 2 March 2027."),
        ("2027-03-02", "has lapsed: it was never ordered, its term ended on 30 January 2027"),
    ],
)
def test_a_pa_says_its_rule_its_dates_and_who_can_change_it(customer, buy, day, said):
    assert said in str(why(buy(customer, BOUGHT), dt.date.fromisoformat(day)))


def test_a_pa_that_is_never_suspended_says_when_its_licenses_are_gone(make_customer, buy):
    customer = make_customer(anniversary_on=dt.date(2026, 3, 10))
    said = str(why(buy(customer, "2026-02-20"), dt.date(2026, 4, 1)))
    assert "The last day of its licenses is 9 April 2026; on 22 April 2026 they are removed" in said
    assert "suspended" not in said


def test_what_became_of_a_pa_says_what_can_still_be_done(customer, buy, order, alice, pinned_today):
    paid, cancelled = buy(customer, "2026-02-20"), buy(customer, "2026-02-20")
    order(paid, on="2026-02-20")
    cancel_authorization(cancelled, by=alice, day=customer.reseller.day(pinned_today))
    window = dt.date(2026, 3, 6)
    assert "until 6 March 2026, under a return authorization" in why(paid, window).change
    closed = why(paid, window + dt.timedelta(days=1)).change
    assert "returned until 6 March 2026, 14 days after its date. The return window is" in closed
    assert "is cancelled: North cancelled it on" in str(why(cancelled, pinned_today))


def test_the_days_of_a_pa_are_its_own_whatever_the_terms_are_now(customer, buy, program):
    pa = buy(customer, BOUGHT)
    program.terms.update(order_due_days=10, suspended_after_days=20)
    assert "was due on 1 March 2026, 30 days after" in str(why(pa, LATE))


@pytest.mark.parametrize("language", ["de", "et"])
def test_members_read_every_part_in_their_language(customer, buy, order, language, pinned_today):
    pa = buy(customer, BOUGHT)
    order(paid := buy(customer, "2026-02-20"), on="2026-02-20")
    paper = on(pinned_today, paid)
    paper.cancelled_at = timezone.now()
    for state in Status:
        row = paper if state in (Status.ORDERED, Status.CANCELLED, Status.RETURNED) else pa
        facts = {"seller": customer.reseller, "today": pinned_today}
        english = reasons.reason_of(state, row, **facts)
        with translation.override(language):
            told = reasons.reason_of(state, row, **facts)
        for part in ("because", "until", "change"):
            assert getattr(told, part) != getattr(english, part), (state, part)


# --- One text


@pytest.fixture
def moon(monkeypatch):
    """Let an overdue PA give another reason, in the one place that has it."""
    said = Reason("By the moon.", "Till dawn.", "Ask the tide.")
    monkeypatch.setitem(reasons._REASONS, Status.OVERDUE, lambda *_facts: said)
    return str(said)


def test_the_reason_of_a_pa_is_the_same_text_everywhere(
    customer, north, alice, vera, ops, login, buy, set_today, moon
):
    pa = buy(customer, BOUGHT)
    set_today(LATE)
    base, worklist = customer.get_absolute_url(), "/orders/"
    pages = {
        "details": (alice, base),
        "why it carries no X": (alice, f"{pa.get_absolute_url()}cancellation/"),
        "why no further one can be created": (alice, f"{base}authorizations/new/"),
        "why a direct order is warned of": (alice, f"{base}orders/new/"),
        "worklist": (alice, worklist),
        "its admins": (vera, customer.get_member_url()),
        "requests": (vera, f"{customer.get_member_url()}requests/"),
        "why nothing can be requested": (vera, f"{customer.get_member_url()}requests/new/"),
        "admin": (ops, f"/admin/authorizations/purchaseauthorization/{pa.pk}/change/"),
    }
    browsers = {user.pk: login(user) for user in (alice, vera, ops)}
    answers = {
        name: moon in browsers[by.pk].get(path).content.decode()
        for name, (by, path) in pages.items()
    }
    text = b"".join(browsers[alice.pk].get(f"{worklist}export.csv").streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    answers["file"] = row["Why"] == moon
    with pytest.raises(ActionRefused) as refused:
        cancel_authorization(pa, by=alice, day=north.day(LATE))
    answers["refusal"] = moon in str(refused.value)
    run_night(north, today=LATE)
    email = write(Email.objects.get(template="pa_overdue")).text
    answers["email"] = "By the moon." in email and "Till dawn. Ask the tide." in email
    assert answers == dict.fromkeys(answers, True)


def test_an_edge_that_moves_moves_the_days_that_are_told(customer, buy, monkeypatch):
    pa = buy(customer, BOUGHT)
    monkeypatch.setitem(BEGINS[Status.SUSPENDED].__dict__, "days", 2)
    assert "work until 1 April 2026; from 2 April 2026" in str(why(pa, LATE))


# --- Missing buttons and refusals


def refused(verb, *args, **kwargs) -> str:
    with pytest.raises(ActionRefused) as refusal:
        verb(*args, **kwargs)
    return str(refusal.value)


def test_a_missing_button_says_what_the_verb_says(
    customer, alice, login, make_customer, buy, order, photoshop, pinned_today, vera
):
    day = customer.reseller.day(pinned_today)
    by = {"by": alice, "day": day}
    buying = make_customer(name="Buying")
    buy(buying, "2026-02-20")
    gone = make_customer(name="Gone", withdrawn_at=timezone.now(), no_products_from_on=None)
    lines = {"lines": [(photoshop, 1)], "po_number": ""}
    renewing = make_customer(name="Renewing")
    order(buy(renewing, "2026-02-20"), on="2026-02-20")
    renewing.refresh_from_db()
    _found, [not_due] = look_up([renewing], day=day)
    buying.refresh_from_db()
    said = {
        buying: refused(withdraw_invitation, buying, **by),
        gone: refused(create_authorization, gone, **lines, **by),
        renewing: str(not_due),
    }
    assert "Without a further purchase it has none from" in said[buying]
    assert "can be announced from 23 November 2026 on" in said[renewing]
    client = login(alice)
    for one, sentence in said.items():
        assert sentence in client.get(one.get_absolute_url()).content.decode(), sentence
    assert "has a VIP admin" in refused(resend_invitation, customer, **by)
    customer.refresh_from_db()
    assert "accepted the VIP terms on" in refused(withdraw_invitation, customer, **by)
    paid = PurchaseAuthorization.objects.get(customer=renewing)
    facts = {"number": "A2", "ordered_on": pinned_today}
    assert f"{paid.number} is ordered: order" in refused(record_order, [paid], **facts, **by)


# Every code a verb refuses with, looked at: the sentence has the rule, its dates where it has any,
# and the way out. A new one is written down here once that is so.
LOOKED_AT = {
    "authorizations": """
        asked changed closed contacted_lately count gone has_it no_admin none_free not_due
        not_given_to_people not_held not_in_force not_ops not_pending nothing nothing_left
        nothing_to_renew number_taken often order_date ordered_already past_due reading reason
        renewal_window text too_late too_many
        unknown withdrawn
    """,
    "customers": """
        accepted asked closed colleague custom_anniversary draft duplicate gone has_products known
        last no_text not_a_manager not_admin not_member not_newest not_ops not_own oneself
        other_address published reason same_name segment successor suppressed terms too_many
        too_many_sent too_often unknown_offering
    """,
}
_PARTS = ("actions/*.py", "rules/*.py", "renewing/*.py", "licenses/*.py", "invitations/*.py")
_CODE = re.compile(r'code="(\w+)"')


@pytest.mark.parametrize("app", LOOKED_AT)
def test_every_refusal_has_been_looked_at(app):
    root = Path(django_settings.BASE_DIR) / app
    texts = [path.read_text() for part in _PARTS for path in root.glob(part)]
    codes = {code for text in texts for code in _CODE.findall(text)} - {"length"}
    assert codes == set(LOOKED_AT[app].split())


# --- Every state has one


# What a state of these means is its reason: nothing of it depends on dates of a row.
BY_MEANING = {Delivery, Membership, Outcome}


def test_every_state_there_is_has_a_reason(customer, buy, pinned_today):
    ours = {kind for kind in StateChoices.__subclasses__() if "tests" not in kind.__module__}
    assert ours == {Status, InvitationStatus, State} | BY_MEANING
    assert set(state_reasons._REASONS) == set(State)
    assert set(reasons._REASONS) == set(Status)
    assert set(invitation_reasons._REASONS) == set(InvitationStatus)
    assert all(state.meaning for kind in BY_MEANING for state in kind)
    customer.accepted_at = customer.withdrawn_at = timezone.now()
    zone = ZoneInfo(customer.reseller.time_zone)
    for state in InvitationStatus:
        reason = invitation_reasons.reason_of_invitation(state, customer, zone=zone)
        assert all((reason.because, reason.until, reason.change)), state
