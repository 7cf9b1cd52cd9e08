"""Fifty times *Resend*, and invitations that are withdrawn while something else happens."""

from __future__ import annotations

import pytest

from customers.models import Invitation
from notifications.models import Email
from tests.live.harm import does_harm
from tests.live.people import places, statuses
from tests.live.test_races import ALICE, TIMES, purchase_form

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")


def test_c21_resending_fifty_times_makes_one_link_and_one_email(house, new_customer):
    alice, customer = house.person(ALICE), new_customer()
    path = f"/customers/{customer.vip_id}/invitation/resend/"
    answers = alice.send_together([(path, alice.form(path))] * TIMES)
    assert statuses(answers) == {302}
    assert len(places(answers)) == 1
    assert Invitation.objects.filter(customer=customer).count() == 2
    assert Email.objects.filter(about=customer.vip_id).count() == 1


def test_without_keys_resending_makes_many_links(house_without_keys, new_customer):
    alice = house_without_keys.person(ALICE)

    def makes_many(_round: int) -> bool:
        customer = new_customer()
        path = f"/customers/{customer.vip_id}/invitation/resend/"
        alice.send_together([(path, alice.form(path))] * 8)
        return Invitation.objects.filter(customer=customer).count() > 2

    does_harm(makes_many)


def test_resending_and_withdrawing_together_end_in_one_of_the_two(house, new_customer):
    alice = house.person(ALICE)
    for _ in range(5):
        customer = new_customer()
        base = f"/customers/{customer.vip_id}/invitation"
        resend, withdraw = f"{base}/resend/", f"{base}/withdrawal/"
        race = [(resend, alice.form(resend)), (withdraw, alice.form(withdraw))] * 5
        answers = alice.send_together(race)
        assert statuses(answers) == {302}
        assert customer.invitations.filter(superseded_at__isnull=True).count() == 1


def test_an_open_pa_and_a_withdrawal_never_meet(house, new_customer):
    alice = house.person(ALICE)
    for _ in range(5):
        customer = new_customer()
        withdraw = f"/customers/{customer.vip_id}/invitation/withdrawal/"
        create = f"/customers/{customer.vip_id}/authorizations/new/"
        race = [(create, purchase_form(alice, customer)), (withdraw, alice.form(withdraw))]
        answers = alice.send_together(race)
        assert sorted(answer.status_code for answer in answers) == [302, 409]
