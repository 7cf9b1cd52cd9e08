"""The pages about an organization's products and requests, in German and Estonian."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Product
from reseller_console.catalogs import files
from tests.languages.english import assert_no_english
from tests.personas import day_of

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", files.languages())
NAMES = (
    *("Zzz", "Vera Vaher", "Olaf's Organization", "Alice Adams", "Tallinn", "Pikk"),
    # A family of products, called by the vendor's name everywhere.
    "Acrobat Sign",
)


@pytest.fixture
def product(db):
    """A product whose name is nobody's language."""
    return Product.objects.create(name="Zzz", family="Zzz", offering="team")


@pytest.fixture
def reader(vera, language):
    """Vera, who reads the language."""
    vera.language = language
    vera.save(update_fields=["language"])
    return vera


@pytest.fixture
def request_on(reader, customer, product, set_today):
    """Return a function that lets Vera request five licenses on a day."""

    def create(on: str):
        return create_authorization(
            customer,
            lines=[(product, 5)],
            po_number="",
            by=reader,
            requested_by=reader,
            day=day_of(customer, set_today(on)),
        )

    return create


def read_all(client, customer, language: str) -> None:
    for rest in ("", "requests/", "requests/new/", "activity/"):
        answer = client.get(f"{customer.get_member_url()}{rest}")
        assert answer.status_code == 200
        assert_no_english(answer, language, names=(*NAMES, customer.name))


@LANGUAGES
def test_pages_of_an_organization_without_anything(login, reader, customer, language):
    read_all(login(reader), customer, language)


@LANGUAGES
def test_pages_with_a_request_in_every_state(
    login, reader, alice, customer, request_on, set_today, language
):
    client = login(reader)
    cancelled, ordered = request_on("2026-03-02"), request_on("2026-03-02")
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, dt.date(2026, 3, 2)))
    late = request_on("2026-03-03")
    record_order(
        [ordered],
        number="1",
        ordered_on=dt.date(2026, 3, 4),
        by=alice,
        day=day_of([ordered], dt.date(2026, 3, 4)),
    )
    states = {"2026-03-05": "pending", "2026-04-03": "overdue", "2026-05-03": "suspended"}
    for day in (*states, late.lapses_on):
        set_today(day)
        read_all(client, customer, language)


@LANGUAGES
def test_a_request_that_is_wrong_and_one_that_is_right(login, reader, customer, product, language):
    client, path = login(reader), f"{customer.get_member_url()}requests/new/"
    for number in ("x", "0", "999999"):
        answer = client.post(path, {"product": str(product.pk), "quantity": number})
        assert answer.status_code == 422
        assert_no_english(answer, language, names=(*NAMES, customer.name))
    sent = {"product": str(product.pk), "quantity": "5", "key": "0" * 31 + "1"}
    answer = client.post(path, sent, follow=True)
    assert b"notice-success" in answer.content
    assert_no_english(answer, language, names=(*NAMES, customer.name))


@LANGUAGES
def test_the_list_of_organizations(login, reader, make_customer, language):
    from tests import personas

    client = login(reader)
    second = make_customer(name="Olaf's Organization")
    personas.make_member(second, reader.email, reader.name)
    assert_no_english(client.get("/member/"), language, names=NAMES)
    reader.memberships.all().delete()
    assert_no_english(client.get("/member/"), language, names=NAMES)
