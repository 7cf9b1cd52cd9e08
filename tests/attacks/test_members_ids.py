"""X01, X02: admins of one customer with the ids of another in addresses, fields and headers."""

from __future__ import annotations

import uuid

import pytest

from authorizations.models import Assignment, Person, PurchaseAuthorization
from customers.actions.admins import remove_admin
from customers.actions.member_accounts import close_account
from customers.models import AdminInvitation, CustomerEvent, Membership
from notifications.models import Email
from tests import personas
from tests.fingerprints import facts
from tests.personas import day_of

HEADERS = [
    {},
    {"HX-Request": "true", "HX-Target": "dialog"},
    {"HX-Request": "true", "HX-Target": "people", "HX-Current-URL": "https://x.example/member/"},
    {"HX-Request": "true", "HX-Boosted": "true", "HX-History-Restore-Request": "true"},
]


def key() -> dict[str, str]:
    return {"key": str(uuid.uuid4())}


def mixed(base: str, other) -> list[str]:
    """Return the addresses below one customer's pages that name things of another."""
    return [
        f"{base}admins/{other.second.pk}/removal/",
        f"{base}admins/invitations/{other.invitation.pk}/resend/",
        f"{base}admins/invitations/{other.invitation.pk}/withdrawal/",
        f"{base}products/{other.product.pk}/",
        f"{base}products/{other.product.pk}/give/",
        f"{base}products/{other.product.pk}/take-back/",
        f"{base}products/{other.product.pk}/choice/",
        f"{base}people/{other.given.person_id}/take-back/",
    ]


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("whose", ["anothers", "both"])
def test_x01_ids_of_another_customer_lead_nowhere_in_ones_own_pages(
    whose, headers, request, login, mine
):
    other = request.getfixturevalue(whose)
    client = login(mine.admin)
    before = facts()
    for path in mixed(mine.path, other):
        for method in (client.get, client.head, client.post):
            answer = method(path, headers=headers)
            # A page that nothing can be sent to says so whatever its address names.
            allowed = {404, 405} if method == client.post else {404}
            assert answer.status_code in allowed, path
            for word in (other.given.person.name, other.second.user.email, other.product.name):
                assert word not in answer.text
    assert facts() == before


@pytest.mark.parametrize("headers", HEADERS)
def test_x01_pages_of_a_customer_one_is_no_admin_of_do_not_exist(headers, login, mine, anothers):
    client = login(mine.admin)
    before = facts()
    own = mixed(anothers.path, anothers)
    pages = ["", "requests/", "requests/new/", "activity/", "terms/", "terms/1/", "admins/"]
    pages += ["admins/new/", "admins/handover/", "people/", "people/import/"]
    pages += ["people/export.csv", "people/export.xlsx"]
    for path in own + [f"{anothers.path}{page}" for page in pages]:
        for method in (client.get, client.head, client.post, client.put, client.delete):
            answer = method(path, headers=headers)
            assert answer.status_code == 404, path
            assert anothers.customer.name not in answer.text
    assert facts() == before


@pytest.mark.parametrize("whose", ["anothers", "both"])
def test_x02_licenses_ticked_from_another_customer_stay_where_they_are(
    whose, request, login, mine, both
):
    other = request.getfixturevalue(whose)
    path = f"{mine.path}products/{mine.product.pk}/take-back/"
    ticked = [str(other.given.pk), str(mine.given.pk)]
    client = login(mine.admin)
    shown = client.get(path, {"a": ticked})
    assert shown.status_code == 200 and other.given.person.address not in shown.text
    assert client.post(path, key() | {"a": ticked[:1]}).status_code == 409
    assert client.post(path, key() | {"a": ticked}).status_code == 302
    assert Assignment.objects.held().filter(pk=other.given.pk).exists()
    assert not Assignment.objects.held().filter(pk=mine.given.pk).exists()


def test_x02_nobody_hands_over_to_an_admin_of_another_customer(login, mine, both):
    client = login(mine.admin)
    for to in (both.second.pk, Membership.objects.get(customer=both.customer, user=mine.admin).pk):
        answer = client.post(f"{mine.path}admins/handover/", key() | {"to": to})
        assert answer.status_code == 422
        assert "second@both.example" not in answer.text
    assert Membership.objects.active().filter(customer=mine.customer).count() == 2


def test_x02_a_request_asks_for_products_of_the_catalog_in_ones_own_name_alone(
    login, mine, anothers
):
    before = PurchaseAuthorization.objects.filter(customer=anothers.customer).count()
    smuggled = {
        "vip_id": anothers.customer.vip_id,
        "customer": anothers.customer.pk,
        "reseller": anothers.customer.reseller_id,
        "requested_by": anothers.admin.pk,
        "created_by": anothers.admin.pk,
        "created_on": "2020-01-01",
    }
    fields = key() | smuggled | {"product": mine.product.pk, "quantity": "2", "po_number": ""}
    answer = login(mine.admin).post(f"{mine.path}requests/new/", fields)
    assert answer.status_code == 302
    made = PurchaseAuthorization.objects.latest("pk")
    assert (made.customer, made.requested_by) == (mine.customer, mine.admin)
    assert made.created_on.isoformat() == "2026-03-02"
    assert PurchaseAuthorization.objects.filter(customer=anothers.customer).count() == before


def test_x02_what_was_just_created_is_only_told_of_ones_own(login, mine, anothers):
    answer = login(mine.admin).get(
        f"{mine.path}requests/", {"created": anothers.authorization.number}
    )
    assert answer.status_code == 200
    # The address that was asked for comes back with the choice of a language.
    told = answer.text.replace(f"?created={anothers.authorization.number}", "")
    assert anothers.authorization.number not in told


def test_x02_a_list_asks_only_for_products_one_has(login, mine, both):
    client = login(mine.admin)
    text = "name,email\nEve,eve@people.example\n"
    fields = key() | {"product": both.product.pk, "text": text, "go": "1", "expected": "1"}
    assert client.post(f"{mine.path}people/import/", fields).status_code == 422
    text = f"name,email,product\nEve,eve@people.example,{both.product.name}\n"
    fields = key() | {"product": "", "text": text, "go": "1", "expected": "1"}
    assert client.post(f"{mine.path}people/import/", fields).status_code in {409, 422}
    assert not Person.objects.filter(address="eve@people.example").exists()


def test_x02_terms_are_accepted_for_the_customer_of_the_address(login, mine, both, program):
    newer = personas.make_vip_terms(program, version=2)
    fields = key() | {"version": "2", "agreed": "on", "organization": both.customer.vip_id}
    assert login(mine.admin).post(f"{mine.path}terms/", fields).status_code == 302
    accepted = newer.acceptances.values_list("customer", flat=True)
    assert list(accepted) == [mine.customer.pk]


def test_x01_an_admin_of_two_customers_sees_each_by_itself(login, mine, both):
    client = login(mine.admin)
    pages = [
        "requests/",
        "people/",
        "admins/",
        "activity/",
        "people/export.csv",
    ]
    words = [both.given.person.address, both.authorization.number, "second@both.example"]
    for page in pages:
        answer = client.get(f"{mine.path}{page}")
        content = answer.getvalue().decode()
        assert answer.status_code == 200
        assert not [word for word in words if word in content], page


def test_x01_an_admin_who_was_removed_finds_nothing_under_an_open_page(
    login, mine, both, pinned_today
):
    removed = mine.second.user
    client = login(removed)
    open_form = f"{mine.path}products/{mine.product.pk}/give/"
    fields = {
        name: str(value) for name, value in client.get(open_form).context["form"].initial.items()
    }
    remove_admin(mine.second, by=mine.admin, day=day_of(mine.second, pinned_today))
    before = facts()
    fields |= {"name": "Eve", "address": "eve@people.example"}
    assert client.post(open_form, fields).status_code == 404
    assert client.post(open_form, fields, headers=HEADERS[1]).status_code == 404
    for path in mixed(mine.path, mine):
        assert client.post(path, key()).status_code == 404
    assert facts() == before


def test_x27_an_account_that_was_closed_is_signed_out_at_the_next_click(login, mine, ops):
    client = login(mine.admin)
    assert client.get(mine.path).status_code == 200
    close_account(mine.admin, by=ops)
    before = facts()
    for path in [mine.path, *mixed(mine.path, mine)]:
        answer = client.post(path, key())
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/"), path
    assert facts() == before


def test_x27_a_new_password_ends_the_members_other_sessions(login, mine):
    here, elsewhere = login(mine.admin), login(mine.admin)
    new = "quite a new sentence"
    fields = {"oldpassword": personas.PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", fields).status_code == 302
    assert elsewhere.get(mine.path)["Location"].startswith("/accounts/login/")


def test_x02_resellers_pages_of_ones_own_customer_do_not_exist_for_its_admin(login, mine):
    client = login(mine.admin)
    base = mine.customer.get_absolute_url()
    number = mine.authorization.number
    before = facts()
    for path in (
        base,
        f"{base}authorizations/{number}/cancellation/",
        f"{base}authorizations/{number}/order/",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, key()).status_code == 404
    assert facts() == before
    assert AdminInvitation.objects.count() == 1
    assert CustomerEvent.objects.exists() and Email.objects.exists()
