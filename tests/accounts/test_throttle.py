"""How often one may try: one account, one password on many, one place, and honest people."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.test import Client

from reseller_console.accounts.models import SignInAttempt, User
from reseller_console.accounts.signing_in import throttle
from tests.personas import PASSWORD

HERE, THERE = "203.0.113.7", "198.51.100.9"


def attempt(email, password, *, address=HERE, **extra):
    """Return the status of one try from an address."""
    data = {"login": email, "password": password}
    return Client(REMOTE_ADDR=address).post("/accounts/login/", data, **extra).status_code


def guess(email, times, *, address=HERE, **extra):
    return [attempt(email, f"guess number {n}", address=address, **extra) for n in range(times)]


def test_guessing_at_one_account_is_refused_after_five_tries(alice):
    assert guess(alice.email, 7) == [200] * 5 + [429] * 2
    assert attempt(alice.email, PASSWORD) == 429, "the right guess is refused too"


def test_capitals_and_blanks_do_not_make_another_account(alice):
    spellings = [alice.email, alice.email.upper(), f" {alice.email}", alice.email.title()]
    statuses = [attempt(email, f"guess {n}") for n, email in enumerate(spellings * 2)]
    assert statuses[5:] == [429] * 3


def test_unknown_accounts_are_throttled_alike(db):
    assert guess("x@nobody.example", 7) == [200] * 5 + [429] * 2


def test_a_colleague_at_the_same_address_still_gets_in(alice, bob):
    guess(alice.email, 7)
    assert attempt(bob.email, PASSWORD) == 302


def test_one_password_on_many_accounts_is_refused_but_honest_people_get_in(alice, north):
    spray = [attempt(f"user{n}@north.example", "Winter-2026-Winter") for n in range(30)]
    assert spray == [200] * 5 + [429] * 25
    assert attempt(alice.email, PASSWORD) == 302


def test_a_spray_from_many_addresses_is_refused_too(alice):
    statuses = [
        attempt(f"user{n}@north.example", "Winter-2026-Winter", address=f"198.51.100.{n}")
        for n in range(8)
    ]
    assert statuses[5:] == [429] * 3


def test_many_passwords_on_many_accounts_are_refused_where_nobody_is_known(alice, bob):
    assert attempt(alice.email, PASSWORD) == 302
    spray = [attempt(f"user{n}@north.example", f"secret {n}") for n in range(25)]
    assert spray == [200] * 20 + [429] * 5
    assert attempt(alice.email, PASSWORD) == 302, "known here"
    assert attempt(bob.email, PASSWORD) == 429
    assert attempt(bob.email, PASSWORD, address=THERE) == 302


def test_a_made_up_forwarding_header_changes_nothing(alice):
    statuses = [
        attempt(alice.email, f"guess {n}", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(7)
    ]
    assert statuses == [200] * 5 + [429] * 2


def test_a_trusted_proxy_tells_whose_try_it_is(alice, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(7):
        attempt(alice.email, f"guess {n}", HTTP_X_FORWARDED_FOR=f"6.6.6.{n}, {THERE}")
    assert attempt(alice.email, "guess", HTTP_X_FORWARDED_FOR=THERE) == 429
    assert attempt(alice.email, PASSWORD, HTTP_X_FORWARDED_FOR=HERE) == 302


def test_a_block_of_ipv6_addresses_is_one_place():
    assert throttle.network_of("2001:db8::1") == throttle.network_of("2001:db8::2:3")
    assert throttle.network_of("2001:db8::1") != throttle.network_of("2001:db8:0:1::1")
    assert throttle.network_of("192.0.2.1") == "192.0.2.1"


def test_guessing_from_everywhere_stops_but_the_owner_gets_in_where_she_is_known(alice):
    assert attempt(alice.email, PASSWORD, address=HERE) == 302
    statuses = [attempt(alice.email, f"g {n}", address=f"198.51.100.{n}") for n in range(25)]
    assert statuses == [200] * 20 + [429] * 5
    assert attempt(alice.email, PASSWORD, address=HERE) == 302


def test_the_wall_comes_down_by_itself(alice):
    start = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        guess(alice.email, 7)
        clock.move_to(start + dt.timedelta(minutes=4, seconds=59))
        assert attempt(alice.email, PASSWORD) == 429
        clock.move_to(start + dt.timedelta(minutes=5, seconds=1))
        assert attempt(alice.email, PASSWORD) == 302


def test_neither_address_nor_password_is_stored(alice):
    attempt(alice.email, "my other secret")
    row = SignInAttempt.objects.values().get()
    assert "alice" not in str(row)
    assert "secret" not in str(row)


def test_posting_to_the_admins_own_sign_in_signs_nobody_in(ops):
    client = Client(REMOTE_ADDR=HERE)
    answer = client.post("/admin/login/", {"username": ops.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


@pytest.fixture
def together(transactional_db):
    """Return a function that makes so many tries on one account side by side."""
    User.objects.create_superuser("ops@console.example", PASSWORD, name="Olga")

    def run(number):
        def one(n):
            try:
                return attempt("ops@console.example", f"guess {n}")
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            return sorted(pool.map(one, range(number)))

    return run


@pytest.mark.django_db(transaction=True)
def test_tries_that_arrive_together_are_counted_one_by_one(together):
    assert together(16) == [200] * 5 + [429] * 11


@pytest.mark.django_db(transaction=True)
def test_without_the_queue_they_would_slip_through(together, monkeypatch):
    barrier = Barrier(8, timeout=10)
    monkeypatch.setattr(throttle, "_queue_up", lambda attempt: None)
    counted = throttle._is_one_too_many

    def all_count_first(attempt):
        refused = counted(attempt)
        barrier.wait()
        return refused

    monkeypatch.setattr(throttle, "_is_one_too_many", all_count_first)
    assert together(8) == [200] * 8
