"""The machine can fail: each of these faults, put into the product, is found by playing."""

from __future__ import annotations

import dataclasses
import secrets

import pytest
from hypothesis.stateful import precondition, rule

from authorizations.actions import around, assign
from authorizations.night import notices, run
from authorizations.rules import licenses
from customers.admins import landing
from notifications.models import Suppression
from notifications.sending import claims, provider
from tests.machine.play import Console, play
from tests.machine.players import which
from tests.machine.post_office import message_with_its_row
from tests.machine.rules_purchases import quantities

pytestmark = pytest.mark.long


class Complaints(Console):
    """The machine in which somebody often complains of an email, and gets reason for another."""

    @precondition(lambda self: self.world.organizations)
    @rule(n=which, wanted=quantities)
    def complain(self, n, wanted):
        """A customer buys, somebody complains of the email that tells so, and it buys again."""
        for _ in range(2):
            self.ask_for_products(n=n, quantities=(3, *wanted[1:]), member=False, twice=1)
            self._settle_down()
            self.send(moods=[])
            self._settle_down()
            self.report(n=0, what="complained", minutes=0, kind=2)
            self._settle_down()


@pytest.fixture
def found(machine_room):
    """Return a function that plays until something is found and returns what it was."""

    def play_on(number: int = 2026, machine: type[Console] = Console) -> str:
        with pytest.raises(AssertionError) as error:
            play(machine, number=number, examples=60, steps=60, shrink=False)
        return str(error.value)

    return play_on


def swap(monkeypatch, module, name: str, old: str, new: str) -> None:
    """Replace a part of a statement, which has to be there."""
    statement = getattr(module, name)
    assert old in statement
    monkeypatch.setattr(module, name, statement.replace(old, new))


def test_licenses_given_out_beyond_what_is_owned_are_found(found, monkeypatch):
    for module in (around, run):
        monkeypatch.setattr(module, "settle", lambda customers, *, day: 0)
    real = assign.queue_of

    def generous(customer, product, *, day):
        return dataclasses.replace(real(customer, product, day=day), usable=1_000)

    monkeypatch.setattr(assign, "queue_of", generous)
    assert "assign was to be refused" in found()


def test_working_licenses_of_a_suspended_pa_are_found(found, monkeypatch):
    swap(monkeypatch, licenses, "_HOLDING", "{stops} > %(today)s AND", "")
    assert "usable" in found()


def test_an_email_whose_key_differs_each_time_is_found(found, monkeypatch):
    def forgetful(email, rendered):
        message = message_with_its_row(email, rendered)
        message.idempotency_key += secrets.token_hex(4)
        return message

    monkeypatch.setattr(provider, "message_for", forgetful)
    assert "taken twice" in found(number=2)  # where it shows early


def test_a_notice_that_is_owed_every_night_is_found(found, monkeypatch):
    """Neither the ledger nor the outbox's key stands in its way."""
    drafts = notices._drafts

    def with_suffix(rows, told):
        for draft in drafts(rows, told):
            yield draft | {"key": f"{draft['key'][:180]}:{secrets.token_hex(4)}"}

    monkeypatch.setattr(notices, "_drafts", with_suffix)
    sql = notices._sql
    monkeypatch.setattr(
        notices, "_sql", lambda ladder: sql(ladder).replace("NOT EXISTS", "true OR EXISTS")
    )
    message = found()
    assert "told twice" in message or "a second night" in message


def test_an_email_to_a_suppressed_address_is_found(found, monkeypatch):
    nobody = Suppression.objects.none()
    monkeypatch.setattr(claims.suppressions, "in_force", lambda reseller, address: nobody)
    assert "suppressed" in found(machine=Complaints)  # any complaint is rare in the others


def test_a_link_that_works_twice_is_found(found, monkeypatch):
    monkeypatch.setattr(landing.Link, "works", lambda self: True)
    assert "a link and its life differ" in found(number=1)  # where it shows early
