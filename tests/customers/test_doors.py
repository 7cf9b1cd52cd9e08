"""The one door: who gets in, in which order the questions are asked, and with which methods."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

METHODS = ["get", "head", "post", "put", "patch", "delete"]
READ = ["", "authorizations/new/"]


def answers(client, path) -> list[int]:
    return [getattr(client, method)(path).status_code for method in METHODS]


@pytest.mark.parametrize("rest", READ)
def test_outsiders_get_404_whatever_they_send(login, charlie, ops, customer, rest):
    path = customer.get_absolute_url() + rest
    assert answers(login(charlie), path) == [404] * len(METHODS)
    assert answers(login(ops), path) == [404] * len(METHODS)


@pytest.mark.parametrize("rest", READ)
def test_anonymous_people_are_led_to_the_sign_in_page(client, customer, rest):
    path = customer.get_absolute_url() + rest
    for method in METHODS:
        response = getattr(client, method)(path)
        assert response["Location"] == f"/accounts/login/?next={path}"


def test_a_page_that_is_only_read_takes_nothing(login, alice, customer):
    assert answers(login(alice), customer.get_absolute_url()) == [200, 200, 405, 405, 405, 405]


def test_a_dialog_is_read_and_sent(login, alice, customer):
    path = customer.get_absolute_url() + "authorizations/new/"
    assert answers(login(alice), path) == [200, 200, 422, 405, 405, 405]


def test_an_insider_without_the_right_learns_that_before_anything_else(login, bob, customer):
    path = customer.get_absolute_url() + "authorizations/new/"
    assert answers(login(bob), path) == [403] * len(METHODS)


def test_a_missing_token_is_refused_and_changes_nothing(alice, customer):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    path = customer.get_absolute_url() + "invitation/withdrawal/"
    assert client.post(path).status_code == 403
    customer.refresh_from_db()
    assert customer.withdrawn_at is None
