"""Somebody who hands over, or two who remove each other, at the same moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import override_settings

from customers.models import Customer, Membership
from notifications.models import Email
from reseller_console.accounts.models import Role, TeamEvent, User
from reseller_console.tenancy.models import Reseller
from tests import personas
from tests.live.conftest import STRONG
from tests.live.harm import does_harm
from tests.live.house import House
from tests.live.people import Fields, Person, places, send_at_once, statuses
from tests.live.test_races import TIMES, events, with_own_keys

pytestmark = pytest.mark.xdist_group("live")

VERA, VIKTOR = "vera@handing.example", "viktor@handing.example"


@pytest.fixture
def run_by_two(new_customer) -> Callable[[], Customer]:
    """Return a function that makes a customer whose VIP admins are Vera and Viktor."""

    def make() -> Customer:
        customer = new_customer()
        with override_settings(PASSWORD_HASHERS=STRONG):
            for address in (VERA, VIKTOR):
                personas.make_member(customer, address, address.partition("@")[0].title())
        return customer

    return make


def active(customer: Customer) -> list[str]:
    """Return the addresses of a customer's admins."""
    rows = Membership.objects.active().filter(customer=customer)
    return sorted(row.user.email for row in rows.select_related("user"))


def leaving(house: House, customer: Customer) -> tuple[Person, str, Fields]:
    """Return Vera, where she hands over, and the form filled in for Viktor."""
    vera, path = house.person(VERA), f"{customer.get_member_url()}admins/handover/"
    viktor = Membership.objects.get(customer=customer, user__email=VIKTOR)
    return vera, path, vera.form(path) | {"to": str(viktor.pk)}


def test_c21_one_form_sent_fifty_times_hands_an_organization_over_once(house, run_by_two):
    customer = run_by_two()
    vera, path, fields = leaving(house, customer)
    answers = vera.send_together([(path, fields)] * TIMES)
    assert statuses(answers) == {302}
    assert places(answers) == {"/member/"}
    assert active(customer) == [VIKTOR]
    assert events(customer, "admin_handed_over") == 1


def test_an_organization_is_handed_over_from_fifty_windows_once(house, run_by_two):
    customer = run_by_two()
    vera, path, fields = leaving(house, customer)
    answers = vera.send_together([(path, form) for form in with_own_keys(fields)])
    assert [answer.status_code for answer in answers].count(302) == 1
    assert statuses(answers) <= {302, 404, 409}
    assert active(customer) == [VIKTOR]
    assert events(customer, "admin_handed_over") == 1
    about = Email.objects.filter(about=customer.vip_id, template="admin_left")
    assert about.count() == 1


def test_without_the_lock_an_organization_is_handed_over_more_than_once(
    house_without_lock, run_by_two
):
    def is_handed_over_more_than_once(_round: int) -> bool:
        customer = run_by_two()
        vera, path, fields = leaving(house_without_lock, customer)
        vera.send_together([(path, form) for form in with_own_keys(fields, 8)])
        return events(customer, "admin_handed_over") > 1

    does_harm(is_handed_over_more_than_once)


def removals(house: House, customer: Customer) -> list[tuple[Person, str, Fields]]:
    """Return what Vera and Viktor send to remove each other."""
    found = []
    for who, other in ((VERA, VIKTOR), (VIKTOR, VERA)):
        row = Membership.objects.get(customer=customer, user__email=other)
        path = f"{customer.get_member_url()}admins/{row.pk}/removal/"
        found.append((house.person(who), path, house.person(who).form(path)))
    return found


def test_two_admins_who_remove_each_other_leave_one(house, run_by_two):
    for _ in range(5):
        customer = run_by_two()
        answers = send_at_once(removals(house, customer))
        assert sorted(answer.status_code for answer in answers) in ([302, 404], [302, 409])
        assert len(active(customer)) == 1
        assert events(customer, "admin_removed") == 1


def test_without_the_lock_two_admins_who_remove_each_other_leave_nobody(
    house_without_lock, run_by_two
):
    def nobody_is_left(_round: int) -> bool:
        customer = run_by_two()
        send_at_once(removals(house_without_lock, customer))
        return not active(customer)

    does_harm(nobody_is_left)


def test_removing_an_admin_with_one_form_fifty_times_leads_to_one_place(house, run_by_two):
    customer = run_by_two()
    vera, path, fields = removals(house, customer)[0]
    answers = vera.send_together([(path, fields)] * TIMES)
    assert statuses(answers) == {302}
    assert places(answers) == {f"{customer.get_member_url()}admins/"}
    assert events(customer, "admin_removed") == 1


def primary_form(house: House, to: str) -> tuple[Person, Fields]:
    """Return the primary admin of a new reseller, and the form that names a colleague."""
    name = to.partition("@")[2].removesuffix(".example").title()
    reseller = personas.make_reseller(name, program=Reseller.objects.all()[0].program)
    with override_settings(PASSWORD_HASHERS=STRONG):
        personas.make_user(f"first@{name.lower()}.example", "Paula Prima", reseller, "primary")
        successor = personas.make_user(to, "Sten Second", reseller, "admin")
    paula = house.person(f"first@{name.lower()}.example")
    return paula, paula.form("/team/primary/", having="colleague") | {
        "colleague": str(successor.pk)
    }


def handed_over(to: str) -> tuple[int, list[str]]:
    """Return how often a team was handed over to somebody, and who is its primary admin."""
    successor = User.objects.get(email=to)
    times = TeamEvent.objects.filter(colleague=successor, kind="primary_handed_over").count()
    primary = User.objects.filter(reseller=successor.reseller, role=Role.PRIMARY)
    return times, [user.email for user in primary]


def test_c21_one_form_sent_fifty_times_hands_the_team_over_once(house):
    paula, fields = primary_form(house, "second@west.example")
    answers = paula.send_together([("/team/primary/", fields)] * TIMES)
    assert statuses(answers) == {302}
    assert places(answers) == {"/team/"}
    assert handed_over("second@west.example") == (1, ["second@west.example"])


def test_the_team_is_handed_over_from_fifty_windows_once(house):
    paula, fields = primary_form(house, "second@east.example")
    forms = with_own_keys(fields)
    answers = paula.send_together([("/team/primary/", form) for form in forms])
    assert [answer.status_code for answer in answers].count(302) == 1
    assert statuses(answers) <= {302, 403, 409, 422}
    assert handed_over("second@east.example") == (1, ["second@east.example"])


def test_without_the_lock_the_team_is_handed_over_more_than_once(house_without_lock):
    def is_handed_over_more_than_once(number: int) -> bool:
        successor = f"second@loose{number}.example"
        paula, fields = primary_form(house_without_lock, successor)
        paula.send_together([("/team/primary/", form) for form in with_own_keys(fields, 8)])
        return handed_over(successor)[0] > 1

    does_harm(is_handed_over_more_than_once)
